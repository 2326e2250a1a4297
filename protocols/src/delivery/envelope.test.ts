import { describe, expect, it } from 'vitest';
import { batchSchema, linkTopic, parseLinkTopic } from './mod.ts';

const batch = {
  version: 1,
  epoch: '00ff00ff00ff00ff',
  datastreams: [['plein-01.th-01.luchttemperatuur.momentaan', 1]],
  descriptions: [],
  uplinks: [[7, 1_780_000_000_000, [[0, 1_780_000_000_000, null, 1_780_000_000_000, '31.3', 0]]]],
};

describe('a batch', () => {
  it('is read as it was sent', () => {
    expect(batchSchema.parse(structuredClone(batch))).toEqual(batch);
  });

  it('may report what the edge discarded, of a known datastream or of none', () => {
    const gaps = [
      [0, 'dropped', 12, 1_780_000_000_000, 1_780_000_600_000],
      [null, 'damaged', 1, 1_780_000_000_000, 1_780_000_000_000],
    ];
    const reporting = { ...batch, uplinks: [[8, 1_780_000_700_000, [], gaps]] };
    expect(batchSchema.parse(structuredClone(reporting))).toEqual(reporting);
  });

  it.each<[string, (one: typeof batch) => unknown]>([
    ['another version', (one) => ({ ...one, version: 2 })],
    ['an epoch that is no 16 hex digits', (one) => ({ ...one, epoch: 'zz' })],
    ['an unknown field', (one) => ({ ...one, more: 1 })],
    ['a binary float as a value', (one) => ({ ...one, uplinks: [[7, 1, [[0, 1, null, 1, 31.3, 0]]]] })],
    ['an exponent in a value', (one) => ({ ...one, uplinks: [[7, 1, [[0, 1, null, 1, '1e3', 0]]]] })],
    ['a time before 1970', (one) => ({ ...one, uplinks: [[7, 1, [[0, -1, null, 1, '1', 0]]]] })],
    ['a sequence of 0', (one) => ({ ...one, uplinks: [[0, 1, []]] })],
    ['a datastream key with a path in it', (one) => ({ ...one, datastreams: [['../x.y.z.w', 1]] })],
    ['a gap of nothing', (one) => ({ ...one, uplinks: [[7, 1, [], [[0, 'dropped', 0, 1, 1]]]] })],
    ['a gap for no known reason', (one) => ({ ...one, uplinks: [[7, 1, [], [[0, 'lost', 1, 1, 1]]]] })],
    ['a quality that no version knows', (one) => ({ ...one, uplinks: [[7, 1, [[0, 1, null, 1, '1', 99_999]]]] })],
  ])('is refused with %s', (_, change) => {
    expect(batchSchema.safeParse(change(structuredClone(batch))).success).toBe(false);
  });
});

describe('a link topic', () => {
  it('names its edge and kind, both ways', () => {
    expect(linkTopic('demo-edge', 'batch')).toBe('meetbrug/v1/demo-edge/batch');
    expect(parseLinkTopic('meetbrug/v1/demo-edge/batch')).toEqual({ edge: 'demo-edge', kind: 'batch' });
  });

  it.each([
    'meetbrug/v1/+/batch',
    'meetbrug/v1/demo-edge/#',
    'meetbrug/v1/a/b/batch',
    'meetbrug/v1/a/batch/',
    '$SYS/x',
    'meetbrug/v1//batch',
  ])('is not %s', (topic) => {
    expect(parseLinkTopic(topic)).toBeUndefined();
  });
});
