import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningEdge, startEdge } from '@meetbrug/edge/src/main.ts';
import { acknowledgeAll, type CloudStandIn, startCloudStandIn } from '@meetbrug/edge/src/testing/cloud-stand-in.ts';
import { DEVICES, temporaryDirectory, testConfig } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { connectAsync } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { peopleCounterDay } from './people-counter.ts';

const START_MS = Date.UTC(2026, 10, 24);
const SECRET = 'test-secret';

let directory: ReturnType<typeof temporaryDirectory>;
let cloud: CloudStandIn;
let edge: RunningEdge;
let nowMs: number;

beforeEach(async () => {
  directory = temporaryDirectory();
  nowMs = START_MS;
  writeFileSync(join(directory.path, 'cloud-secret'), SECRET);
  const welcome = { version: 1, last: null, highestSequence: 0 } as const;
  cloud = await startCloudStandIn('demo-edge', { secret: SECRET, welcome: () => welcome, acknowledge: acknowledgeAll });
});
afterEach(async () => {
  await edge.stop();
  await cloud.stop();
  directory.remove();
});

/** Every observation on the link whose property is about people: [datastream, begin, value]. */
function countsOnTheLink() {
  return cloud.batches.flatMap(({ datastreams, uplinks }) =>
    uplinks.flatMap(([, , observations]) =>
      observations
        .map(([index, beginMs, , , value]) => [datastreams[index]?.[0] ?? '', beginMs, value] as const)
        .filter(([datastream]) => /aantal-|tellerstand-/.test(datastream)),
    ),
  );
}

describe('the counts of a device with small counts', () => {
  it('reach the cloud as sums of closed windows, small ones as a bound, and in no other form', async () => {
    edge = await startEdge(
      testConfig({
        devices: DEVICES,
        cloud: { url: cloud.url, secretFile: join(directory.path, 'cloud-secret') },
        privacy: { smallCounts: { below: 10, windowSeconds: 900, closeAfterSeconds: 1_200 } },
      }),
      { dataDir: directory.path, logger: pino({ level: 'silent' }), nowMs: () => nowMs },
    );
    const uplinks = peopleCounterDay({ seed: 3, startMs: START_MS, uplinkCount: 12, lateShare: 0 });
    const client = await connectAsync(`mqtt://127.0.0.1:${edge.ports.mqtt}`, { reconnectPeriod: 0 });
    for (const { message } of uplinks) {
      nowMs = message.receivedMs;
      await client.publishAsync(message.topic, Buffer.from(message.payload), { qos: 1 });
    }
    await client.endAsync(true);

    const sums = new Map<string, number>();
    for (const { observedMs, people } of uplinks) {
      const begin = Math.floor((observedMs - 600_000) / 900_000) * 900_000;
      for (const direction of ['in', 'out'] as const) {
        const cell = `poort_${direction}.24e124798e170003.aantal-voetganger.telling-900s ${begin}`;
        sums.set(cell, (sums.get(cell) ?? 0) + people[direction]);
      }
    }
    const expected = [...sums].map(([cell, sum]) => `${cell} ${sum < 10 ? '<10' : sum}`).sort();
    expect(expected.some((text) => text.endsWith('<10'))).toBe(true);
    expect(expected.some((text) => !text.endsWith('<10'))).toBe(true);

    nowMs += 3_600_000;
    await vi.waitFor(() => expect(countsOnTheLink()).toHaveLength(expected.length), { timeout: 5_000 });
    expect(
      countsOnTheLink()
        .map((count) => count.join(' '))
        .sort(),
    ).toEqual(expected);
  });
});
