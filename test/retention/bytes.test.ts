import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import type { HeldStream } from '@meetbrug/cloud/src/retention/store-retention.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { labBatch, START_MS, STREAM } from '../views/lab-batches.ts';
import { ldesConfig, ViewLab } from '../views/view-lab.ts';

const DAY_MS = 86_400_000;
const BATCHES = 200;
const BATCH_OBSERVATIONS = 50;
const MINUTE_MS = 60_000;

let lab: ViewLab;
beforeEach(() => {
  lab = new ViewLab();
});
afterEach(() => lab.remove());

function start(bytes: number | undefined): void {
  lab.start({
    ldes: ldesConfig({ pageSize: 10, fanOut: 2, retention: { days: 20 } }),
    organisations: [{ name: 'demo', inAllStreams: true }],
    stream: STREAM,
    renderVersion: RENDER_VERSIONS.plain,
    isDurable: false,
    retention: bytes === undefined ? undefined : { bytes, streams: [] },
  });
}

/** Fifty observations a day for two hundred days. */
function fill(): void {
  for (let day = 0; day < BATCHES; day++) {
    const nowMs = START_MS + day * DAY_MS;
    const observations = Array.from({ length: BATCH_OBSERVATIONS }, (_, index) => ({
      datastream: 0,
      beginMs: nowMs - index * MINUTE_MS,
      value: 10 + (index % 5),
    }));
    lab.deliver('edge-a', 'demo', labBatch('00112233445566aa', day + 1, observations), nowMs);
  }
}

function retain(): readonly HeldStream[] {
  let held: readonly HeldStream[] = [];
  // A round drops a bounded number of nodes, and each lets go what the one before dropped.
  for (let round = 0; round < 6; round++) {
    held = lab.tend();
    lab.catchUp();
  }
  return held;
}

function members(): { readonly count: number; readonly oldestMs: number } {
  return lab.store
    .prepare<[], { count: number; oldestMs: number }>('SELECT count(*) AS count, min(stamp_ms) AS oldestMs FROM log')
    .get() as { count: number; oldestMs: number };
}

describe('a stream that takes more than its bytes', () => {
  test('loses its oldest until it fits', () => {
    start(undefined);
    fill();
    const whole = lab.usedBytes();
    lab.stop();
    start(Math.round(whole / 2));
    expect(retain()).toEqual([]);
    const { count, oldestMs } = members();
    expect(count).toBeLessThan((BATCHES * BATCH_OBSERVATIONS) / 1.8);
    expect(count).toBeGreaterThan(BATCHES * BATCH_OBSERVATIONS * 0.3);
    expect(oldestMs).toBeLessThan(START_MS + (BATCHES - 20) * DAY_MS);
    expect(lab.usedBytes()).toBeLessThanOrEqual(whole * 0.6);
  });

  test('keeps what its views promise, and is named', () => {
    start(1_000);
    fill();
    const held = retain();
    expect(held).toMatchObject([{ organisation: 'demo', stream: STREAM, bytesMax: 1_000 }]);
    expect(held[0]?.bytes).toBeGreaterThan(1_000);
    const { count, oldestMs } = members();
    const promisedFromMs = START_MS + (BATCHES - 1 - 20) * DAY_MS;
    expect(oldestMs).toBeLessThanOrEqual(promisedFromMs);
    expect(count).toBeGreaterThanOrEqual(20 * BATCH_OBSERVATIONS);
    expect(count).toBeLessThan(25 * BATCH_OBSERVATIONS);
  });

  test('loses nothing while it fits', () => {
    start(1_000_000_000);
    fill();
    expect(retain()).toEqual([]);
    expect(members().count).toBe(BATCHES * BATCH_OBSERVATIONS);
  });
});
