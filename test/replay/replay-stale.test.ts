import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HEAT_SAMPLE,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
} from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReplayStand } from './replay-stand.ts';

const SETTINGS = `edge: demo-edge
organisation: demo
health: { signal: false }
devices:
  - { devEui: "24E124136C140001", profile: milesight-em300-th, at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 } }
`;
const DAY_MS = 86_400_000;
const OBSERVED_MS = RECEIVED_MS - 31 * DAY_MS;

let directory: ReturnType<typeof temporaryDirectory>;
let stand: ReplayStand;
beforeEach(() => {
  directory = temporaryDirectory();
  stand = new ReplayStand(directory.path);
});
afterEach(() => {
  stand.outbox.close();
  directory.remove();
});

async function configure(staleAfterDays: number): Promise<void> {
  const file = join(directory.path, 'edge.yaml');
  writeFileSync(file, `${SETTINGS}quarantine: { staleAfterDays: ${staleAfterDays} }\n`);
  await stand.configure(file);
}

describe('a replay of stale messages', () => {
  it('takes them when the bound is wider, with their own times, and never calls stale what was taken', async () => {
    await configure(30);
    stand.take(sampleMessage(HEAT_SAMPLE, { time: new Date(OBSERVED_MS).toISOString(), rxInfo: [] }));
    expect(stand.reasons()).toEqual(['stale-message']);
    expect(stand.replay()).toEqual({ outcomes: { 'still-failing': 1 }, reasons: { 'stale-message': 1 } });

    await configure(40);
    stand.replayedMs = RECEIVED_MS + 20 * DAY_MS;
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
    expect(stand.begins('air-temperature')).toEqual([OBSERVED_MS]);
    // Its row is 51 days younger than its time.
    expect(stand.replay({ kept: true }).outcomes).toEqual({ unchanged: 1 });
  });
});
