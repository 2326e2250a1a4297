import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatInstant } from '@meetbrug/protocols/observation';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningEdge, startEdge } from '../main.ts';
import { acknowledgeAll, type CloudStandIn, startCloudStandIn } from '../testing/cloud-stand-in.ts';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory, testConfig } from '../testing/edge-fixture.ts';
import { commitUplinks, counters } from '../testing/planned-uplinks.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import { resend } from './resend-command.ts';
import { resendProgress } from './resend-request.ts';

const EDGE = 'demo-edge';
const UPLINKS = 1_200;

let directory: ReturnType<typeof temporaryDirectory>;
let cloud: CloudStandIn;
let edge: RunningEdge | undefined;

beforeEach(async () => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'secret'), 'test-secret');
  cloud = await startCloudStandIn(EDGE, {
    secret: 'test-secret',
    welcome: () => ({ version: 1, last: null, highestSequence: 0 }),
    acknowledge: acknowledgeAll,
  });
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await cloud.stop();
  directory.remove();
});

const asked = (changes: Partial<Parameters<typeof resend>[0]> = {}) => ({
  outboxFile: join(directory.path, OUTBOX_FILE),
  from: formatInstant(RECEIVED_MS),
  to: formatInstant(RECEIVED_MS + 1),
  waits: false,
  nowMs: RECEIVED_MS,
  say: () => undefined,
  ...changes,
});
const sent = () => cloud.batches.flatMap(({ uplinks }) => uplinks.map(([sequence]) => sequence));

async function start(): Promise<void> {
  const link = { url: cloud.url, secretFile: join(directory.path, 'secret') };
  edge = await startEdge(testConfig({ edge: EDGE, cloud: link }), {
    dataDir: directory.path,
    logger: pino({ level: 'silent' }),
    nowMs: () => RECEIVED_MS,
  });
}

describe('resend', () => {
  it('sends what the cloud had acknowledged once more, while the edge runs, and says when that is done', async () => {
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, counters(UPLINKS));
    outbox.close();
    await start();
    await vi.waitFor(() => expect(sent()).toHaveLength(UPLINKS), { timeout: 10_000 });
    const said: string[] = [];
    const done = await resend(asked({ waits: true, say: (line) => said.push(line) }));
    expect(done).toEqual({ ok: true, value: undefined });
    expect(sent().toSorted((a, b) => a - b)).toEqual(counters(UPLINKS).flatMap((sequence) => [sequence, sequence]));
    expect(said[0]).toBe(`request 1: ${UPLINKS} uplinks will be sent, after live data`);
    expect(said.at(-1)).toBe('done: nothing of it is left to send');
  }, 20_000);

  it('asked of an edge that is stopped sends at the next start', async () => {
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, counters(20));
    outbox.acknowledge([[1, 20]]);
    outbox.close();
    expect((await resend(asked())).ok).toBe(true);
    await start();
    await vi.waitFor(() => expect(sent()).toEqual(counters(20)), { timeout: 10_000 });
  });

  it.each([
    [
      '--from without a zone',
      { from: '2026-11-24T12:00:00' },
      /^--from: "2026-11-24T12:00:00" is no time with its zone/,
    ],
    ['--to that is no time', { to: 'yesterday' }, /^--to: "yesterday" is no time with its zone/],
    ['a time backwards', { to: formatInstant(RECEIVED_MS) }, /^--to: must be later than --from/],
    ['a time that nothing is kept of', { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' }, /keeps no uplink/],
  ])('refuses %s and writes nothing down', async (_, changes, detail) => {
    openTestOutbox(directory.path).outbox.close();
    const refused = await resend(asked(changes));
    expect(refused.ok ? '' : refused.fault.detail).toMatch(detail);
    expect(resendProgress(asked().outboxFile, 1)).toEqual({ ok: true, value: undefined });
  });
});
