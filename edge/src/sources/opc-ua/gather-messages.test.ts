import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherMessages, type NodeValue } from './gather-messages.ts';

const value = (device: string, field: string, number: number, time = 't1', uncertain = false): NodeValue => ({
  device,
  field,
  read: { kind: 'value', value: number, uncertain, time, timeSource: 'payload' },
});

describe('gatherMessages', () => {
  it('makes one message of the values of a device at a moment', () => {
    const values = [
      value('a', 'level', 1),
      value('b', 'level', 2),
      value('a', 'flow', 3),
      value('a', 'level', 4, 't2'),
    ];
    expect(gatherMessages(values)).toEqual([
      { device: 'a', time: 't1', timeSource: 'payload', values: { level: 1, flow: 3 } },
      { device: 'b', time: 't1', timeSource: 'payload', values: { level: 2 } },
      { device: 'a', time: 't2', timeSource: 'payload', values: { level: 4 } },
    ]);
  });

  it('keeps uncertain values apart', () => {
    expect(gatherMessages([value('a', 'level', 1), value('a', 'flow', 2, 't1', true)])).toHaveLength(2);
  });

  it('loses no value, whatever comes together', () => {
    const any = fc.record({
      device: fc.constantFrom('a', 'b'),
      field: fc.constantFrom('level', 'flow', 'gate'),
      time: fc.constantFrom('t1', 't2'),
      uncertain: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (reported) => {
        const values = reported.map((one, index) => value(one.device, one.field, index, one.time, one.uncertain));
        const out = gatherMessages(values).flatMap((message) => Object.values(message.values));
        expect(out.toSorted((a, b) => a - b)).toEqual(values.map((_, index) => index));
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
