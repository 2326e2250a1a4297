import { createHash } from 'node:crypto';
import { planMessage } from '@meetbrug/edge/src/intake/plan-message.ts';
import { markDamaged } from '@meetbrug/edge/src/outbox/open-outbox.ts';
import type { Outbox } from '@meetbrug/edge/src/outbox/outbox.ts';
import { startRemovingDamage } from '@meetbrug/edge/src/outbox/start-pruning.ts';
import {
  HEAT_SAMPLE,
  openTestOutbox,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
} from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { intakeRules } from '@meetbrug/edge/src/testing/planned-uplinks.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOnDisk } from './find-on-disk.ts';

const HOUR_MS = 3_600_000;
const STRANGERS_TOPIC = 'application/17c82e96/device/ffffffffffffff01/event/up';

const rules = intakeRules();
let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;

beforeEach(() => {
  directory = temporaryDirectory();
  outbox = openTestOutbox(directory.path).outbox;
});
afterEach(() => {
  outbox.abandon();
  directory.remove();
});

/** Payload bytes in base64 that occur nowhere else, of 12 to 240 bytes. */
function payloadOf(index: number): string {
  const digests = Array.from({ length: 8 }, (_, part) => createHash('sha256').update(`${index} ${part}`).digest());
  return Buffer.concat(digests)
    .subarray(0, 12 + ((index * 53) % 229))
    .toString('base64');
}

/** Messages of an unknown device, each in a transaction of its own, between uplinks of a known one. */
function receive(indexes: readonly number[], receivedMs: number): void {
  for (const index of indexes) {
    const deviceInfo = { devEui: 'ffffffffffffff01' };
    const stranger = sampleMessage(HEAT_SAMPLE, { deviceInfo, fCnt: index, data: payloadOf(index) });
    const known = sampleMessage(HEAT_SAMPLE, { fCnt: index });
    outbox.commit((writer) => {
      for (const message of [{ ...stranger, topic: STRANGERS_TOPIC }, known]) {
        const planned = planMessage({ ...message, receivedMs }, rules, () => false);
        if (planned.kind === 'quarantine') writer.addQuarantine(planned.record);
        if (planned.kind === 'uplink') writer.addUplink(planned.uplink);
      }
    });
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const found = (indexes: readonly number[]) => {
  const texts = findOnDisk(directory.path, indexes.map(payloadOf)).map((hit) => hit.replace(/^.*: /, ''));
  return indexes.filter((index) => texts.includes(payloadOf(index)));
};

describe('payload bytes of a device that nobody knows', () => {
  it('are in no file a day and a minute later, though their records are kept, and younger ones stay', () => {
    receive(range(0, 40), RECEIVED_MS);
    receive(range(40, 60), RECEIVED_MS + 12 * HOUR_MS);
    outbox.prune(RECEIVED_MS + 23 * HOUR_MS);
    expect(found(range(0, 60))).toEqual(range(0, 60));

    outbox.prune(RECEIVED_MS + 24 * HOUR_MS);
    outbox.prune(RECEIVED_MS + 24 * HOUR_MS + 60_000);
    expect(found(range(0, 60))).toEqual(range(40, 60));
    expect(outbox.quarantineRecordCount).toBe(60);
  });

  it('are in no file after their records made room for others, whatever the order of sizes', () => {
    receive(range(0, 700), RECEIVED_MS);
    expect(outbox.quarantineRecordCount).toBe(100);
    outbox.prune(RECEIVED_MS + 60_000);
    expect(found(range(0, 600))).toEqual([]);
    expect(found(range(600, 700))).toEqual(range(600, 700));
    for (const hours of [24, 25, 26]) outbox.prune(RECEIVED_MS + hours * HOUR_MS);
    expect(found(range(0, 700))).toEqual([]);
  });

  it('expire in the first minute of a run whose time had come while the edge was off', () => {
    receive(range(0, 30), RECEIVED_MS);
    outbox.abandon();
    outbox = openTestOutbox(directory.path).outbox;
    outbox.prune(RECEIVED_MS + 48 * HOUR_MS);
    expect(found(range(0, 30))).toEqual([]);
  });

  it('expire with a damaged file that was set aside, too', () => {
    receive(range(0, 30), RECEIVED_MS);
    outbox.close();
    markDamaged(directory.path);
    outbox = openTestOutbox(directory.path).outbox;
    const removed: string[] = [];
    const removeAt = (nowMs: number) =>
      startRemovingDamage(
        { dataDir: directory.path, keepHours: 24 },
        () => nowMs,
        (files) => removed.push(...files),
      )();
    removeAt(RECEIVED_MS + 23 * HOUR_MS);
    expect(removed).toEqual([]);
    removeAt(RECEIVED_MS + 24 * HOUR_MS);
    expect(removed).toHaveLength(1);
    outbox.prune(RECEIVED_MS + 24 * HOUR_MS);
    expect(found(range(0, 30))).toEqual([]);
  });
});
