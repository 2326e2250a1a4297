import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planMessage } from '../intake/plan-message.ts';
import {
  HEAT_SAMPLE,
  MOBILITY_SAMPLE,
  openTestOutbox,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import { type QuarantineFilter, quarantineTextLines, readQuarantine } from './read-quarantine.ts';

const HEAT = '24E124136C140001';
const rules = intakeRules(testConfig({ devices: [] }));

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  const { outbox } = openTestOutbox(directory.path);
  const messages = [
    sampleMessage(HEAT_SAMPLE),
    { ...sampleMessage(MOBILITY_SAMPLE), receivedMs: RECEIVED_MS + 1_000 },
    { topic: 'plates', payload: Buffer.from('{"plate":"1-ABC-234"}'), receivedMs: RECEIVED_MS + 2_000 },
  ];
  outbox.commit((writer) => {
    for (const message of messages) {
      const planned = planMessage(message, rules, () => false);
      if (planned.kind === 'quarantine') writer.addQuarantine(planned.record);
    }
  });
  outbox.close();
});
afterEach(() => directory.remove());

const read = (filter?: QuarantineFilter) => [...readQuarantine(join(directory.path, OUTBOX_FILE), filter)];

describe('the list of the quarantine', () => {
  it.each<[string, QuarantineFilter, number[]]>([
    ['all', {}, [0, 1_000, 2_000]],
    ['a reason', { reason: 'unknown-device' }, [0, 1_000]],
    ['a device', { device: HEAT }, [0]],
    ['a time on', { fromMs: RECEIVED_MS + 1_000 }, [1_000, 2_000]],
    ['a time before', { toMs: RECEIVED_MS + 1_000 }, [0]],
    ['both', { reason: 'unknown-device', fromMs: RECEIVED_MS + 1, toMs: RECEIVED_MS + 2_000 }, [1_000]],
  ])('of %s has what was asked for, oldest first', (_, filter, after) => {
    expect(read(filter).map(({ receivedMs }) => receivedMs - RECEIVED_MS)).toEqual(after);
  });

  it('for people names the device where it is known, and ends with how many there are for each reason', () => {
    const lines = [...quarantineTextLines(read())];
    expect(lines[0]).toBe(
      `2026-11-24T12:00:00Z  unknown-device  ${HEAT}  ${HEAT} is not among the devices of the configuration`,
    );
    expect(lines[2]).toMatch(/^2026-11-24T12:00:02Z {2}unknown-topic {2}- {2}/);
    expect(lines.slice(3)).toEqual(['3 records', '       2  unknown-device', '       1  unknown-topic']);
    expect(lines.join()).not.toContain('ABC');
  });
});
