import { describe, expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';
import { storePolicyOf, storeRetentionSchema } from './retention-config.ts';

const parse = (retention: string, ldes: string) =>
  parseConfig(`
organisations: [{ name: demo, label: Demo }, { name: other, label: Other }]
store: { retention: ${retention} }
ldes: ${ldes}`);

describe('a store that keeps less than a view promises is refused, both settings named', () => {
  test.each([
    ['{ days: 30 }', '{}', ['store.retention: days (30)', 'ldes.retention', 'everything']],
    ['{ days: 30 }', '{ retention: { days: 31 } }', ['store.retention: days (30)', 'ldes.retention.days (31)']],
    ['{ bytes: 10000000 }', '{}', ['store.retention: bytes (10000000)', 'ldes.retention']],
    [
      '{ days: 30 }',
      '{ retention: { days: 30 }, views: [{ kind: by-time }] }',
      ['store.retention: days (30)', 'ldes.views[0].retention'],
    ],
    [
      '{ days: 30 }',
      '{ retention: { days: 30, versions: 2 } }',
      ['store.retention: days (30)', 'ldes.retention', 'versions'],
    ],
    [
      '{ days: 30 }',
      '{ retention: { start: "2026-01-01T00:00:00Z" } }',
      ['store.retention: days (30)', 'since its start'],
    ],
    [
      '{ streams: [{ organisation: other, stream: mobility, days: 5 }] }',
      '{ retention: { days: 6 } }',
      ['store.retention.streams[0]: days (5)', 'ldes.retention.days (6)'],
    ],
  ])('%s with %s', (retention, ldes, texts) => {
    const parsed = parse(retention, ldes);
    expect(parsed.ok).toBe(false);
    for (const text of texts) expect(parsed.ok ? '' : parsed.fault.detail).toContain(text);
  });
});

test.each([
  ['{ days: 30 }', '{ retention: { days: 30 } }'],
  ['{ days: 30, bytes: 10000000 }', '{ retention: { days: 7 }, views: [{ kind: by-time, retention: { days: 30 } }] }'],
  ['{ bytes: 10000000 }', '{ retention: { days: 3000 } }'],
  ['{ days: 30 }', '{ retention: { days: 30 }, views: [{ kind: latest }] }'],
  ['{ streams: [{ stream: water-level, days: 30 }] }', '{ retention: { days: 9, start: "2026-01-01T00:00:00Z" } }'],
  ['{}', '{}'],
])('a store that keeps what the views promise is taken: %s with %s', (retention, ldes) => {
  expect(parse(retention, ldes)).toMatchObject({ ok: true });
});

test('a stream with limits twice is refused', () => {
  const twice = '{ streams: [{ stream: mobility, days: 30 }, { stream: mobility, days: 40 }] }';
  expect(parse(twice, '{ retention: { days: 9 } }')).toMatchObject({
    fault: { detail: expect.stringContaining('store.retention.streams[1]: is there twice') },
  });
});

test('the limits of a stream are those that name it most closely', () => {
  const config = storeRetentionSchema.parse({
    days: 100,
    streams: [
      { stream: 'mobility', days: 50 },
      { organisation: 'demo', stream: 'mobility', bytes: 2_000_000 },
      { organisation: 'other', stream: 'heat-stress' },
    ],
  });
  const of = (organisation: string, stream: string) => storePolicyOf(config, organisation, stream);
  expect(of('demo', 'mobility')).toMatchObject({ bytes: 2_000_000, days: undefined });
  expect(of('other', 'mobility')).toMatchObject({ days: 50 });
  expect(of('demo', 'heat-stress')).toMatchObject({ days: 100 });
  expect(of('other', 'heat-stress')).toBeUndefined();
  expect(storePolicyOf(undefined, 'demo', 'mobility')).toBeUndefined();
});
