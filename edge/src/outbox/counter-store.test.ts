import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDerivation } from '../derive/create-derivation.ts';
import { planMessage } from '../intake/plan-message.ts';
import { UNKNOWN_CLOCK } from '../quality/mod.ts';
import {
  DEVICES,
  MOBILITY_SAMPLE,
  openTestOutbox,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { markDamaged } from './open-outbox.ts';
import type { Outbox } from './outbox.ts';

const config = testConfig({ devices: DEVICES.map((device) => ({ ...device, counts: countsOf(device.profile) })) });
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 4, 9, 15);

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function countsOf(profile: string): string {
  return profile === 'milesight-vs350' ? 'from-counter' : 'from-period';
}

/** A report of the totals in and out. */
function totals(frameCounter: number, minutes: number, totalIn: number): RawMessage {
  const bytes = Buffer.from('04cc00000000', 'hex');
  bytes.writeUInt16LE(totalIn, 2);
  const time = new Date(START_MS + minutes * MINUTE_MS).toISOString();
  return sampleMessage(MOBILITY_SAMPLE, { fCnt: frameCounter, time, data: bytes.toString('base64') });
}

/** Commits messages as the intake does; what they hold of counts, as [begin in minutes, end in minutes, value text]. */
function commit(outbox: Outbox, messages: readonly RawMessage[]): [number, number, string][] {
  const rules = intakeRules(config);
  const derivation = createDerivation(config, rules.devices, {
    clockState: UNKNOWN_CLOCK,
    committedCounter: (datastream) => outbox.committedCounter(datastream),
  });
  const from = outbox.nextSequence;
  for (const message of messages) {
    const planned = planMessage(message, { ...rules, derivation }, () => false);
    if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
    outbox.commit((writer) => writer.addUplink(planned.uplink));
  }
  const { uplinks } = outbox.read([from, outbox.nextSequence - 1], 1_000_000);
  const minutes = (ms: number | null) => ((ms ?? Number.NaN) - START_MS) / MINUTE_MS;
  return uplinks.flatMap(({ observations }) =>
    observations.flatMap(([description, beginMs, endMs, , value, , inputs]): [number, number, string][] => {
      const { property, direction } = outbox.description(description) ?? expect.fail();
      if (property !== 'pedestrian-count' || direction !== 'in') return [];
      expect(inputs?.map(([input]) => outbox.description(input)?.property)).toEqual([
        'pedestrian-counter',
        'pedestrian-counter',
      ]);
      return [[minutes(beginMs), minutes(endMs), value]];
    }),
  );
}

describe('a counter', () => {
  it('is as durable as the uplinks that brought its readings', () => {
    const first = openTestOutbox(directory.path).outbox;
    expect(commit(first, [totals(1, 0, 100), totals(3, 20, 130)])).toEqual([[0, 20, '30']]);
    first.close();
    const second = openTestOutbox(directory.path).outbox;
    expect(commit(second, [totals(4, 30, 131), totals(2, 10, 112)])).toEqual([
      [20, 30, '1'],
      [0, 10, '12'],
      [10, 20, '18'],
    ]);
    second.close();
  });

  it('moves with nothing that was not committed', () => {
    const { outbox } = openTestOutbox(directory.path);
    commit(outbox, [totals(1, 0, 100)]);
    const planned = planMessage(totals(2, 10, 112), intakeRules(config), () => false);
    if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
    expect(() =>
      outbox.commit((writer) => {
        writer.addUplink(planned.uplink);
        throw new Error('the transaction fails');
      }),
    ).toThrow('the transaction fails');
    outbox.abandon();
    const reopened = openTestOutbox(directory.path).outbox;
    expect(commit(reopened, [totals(2, 10, 112)])).toEqual([[0, 10, '12']]);
    reopened.close();
  });

  it('is saved out of a damaged outbox', () => {
    const { outbox } = openTestOutbox(directory.path);
    commit(outbox, [totals(1, 0, 100)]);
    outbox.close();
    markDamaged(directory.path);
    const salvaged = openTestOutbox(directory.path, {}, 2);
    expect(salvaged.setAside).toBeDefined();
    expect(commit(salvaged.outbox, [totals(2, 10, 112)])).toEqual([[0, 10, '12']]);
    salvaged.outbox.close();
  });
});
