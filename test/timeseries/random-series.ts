import { EVERY } from '@meetbrug/cloud/src/timeseries/bucket-calendar.ts';
import { AGGREGATES, type KeyedRow } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import { exactDecimal, packQuality, QUALITY_FLAGS, TIME_SOURCES } from '@meetbrug/protocols/observation';
import fc from 'fast-check';

export const DATASTREAMS = 5;
const MINUTE_MS = 60_000;

/** Around both changes of the clocks, the turn of a year that is not one of a week, and an ordinary day. */
const BASES = ['2026-03-28T21:00:00Z', '2026-10-24T20:30:00Z', '2026-12-30T22:00:00Z', '2026-07-01T12:00:00Z'].map(
  Date.parse,
);

const begin = fc
  .tuple(fc.constantFrom(...BASES), fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 3_000 })))
  .map(([base, minutes]) => (base as number) + minutes * MINUTE_MS);

const value = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 3 }))
      .map(([mantissa, scale]) => ({ ...exactDecimal(mantissa, scale), below: null })),
  },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 30 }).map((below) => ({ mantissa: null, scale: null, below })) },
);

const quality = fc
  .tuple(fc.constantFrom(...TIME_SOURCES), fc.oneof(fc.constant([]), fc.subarray([...QUALITY_FLAGS], { maxLength: 2 })))
  .map(([timeSource, flags]) => packQuality({ timeSource, flags }));

/** One arrival, without its revision. `of` chooses an earlier one whose observation it repeats or corrects. */
const arrival = fc.record({
  datastream: fc.integer({ min: 1, max: DATASTREAMS }),
  begin,
  lengthMinutes: fc.constantFrom(null, 1, 15),
  value,
  quality,
  kind: fc.constantFrom('new', 'new', 'new', 'correction', 'same'),
  of: fc.nat(),
  revision: fc.integer({ min: 0, max: 30 }),
});

/**
 * Observations in the order of their arrival: late ones, corrections whose revisions arrive in any order, and the same
 * version more than once.
 */
export const arrivals = fc.array(arrival, { minLength: 1, maxLength: 120 }).map((all) => {
  const rows: KeyedRow[] = [];
  all.forEach(
    ({ datastream, begin: beginMs, lengthMinutes, value: said, quality: code, kind, of, revision }, index) => {
      const earlier = rows[of % Math.max(1, rows.length)];
      if (kind === 'same' && earlier !== undefined) {
        rows.push(earlier);
        return;
      }
      const { datastream: id, beginMs: at } =
        kind === 'correction' && earlier !== undefined ? earlier : { datastream, beginMs };
      rows.push({
        datastream: id,
        beginMs: at,
        endMs: lengthMinutes === null ? null : at + lengthMinutes * MINUTE_MS,
        resultMs: at + index,
        ...said,
        quality: code,
        // No two versions have the same.
        revision: revision * 1_000 + index,
        stampMs: BASES[0] as number,
      });
    },
  );
  return rows;
});

const MARGIN_MINUTES = 5_000;
const instant = fc.oneof(
  fc
    .tuple(fc.constantFrom(...BASES), fc.integer({ min: -60, max: 3_100 }))
    .map(([base, minutes]) => (base as number) + minutes * MINUTE_MS),
  fc.constantFrom(0, (BASES[0] as number) - MARGIN_MINUTES * MINUTE_MS, Date.UTC(2028, 0)),
);

export const questions = fc.record({
  datastreams: fc.uniqueArray(fc.integer({ min: 1, max: DATASTREAMS + 1 }), { minLength: 1, maxLength: DATASTREAMS }),
  span: fc.tuple(instant, instant).map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  every: fc.constantFrom(...EVERY),
  zone: fc.constantFrom('UTC' as const, 'Europe/Brussels' as const),
  aggregates: fc.subarray([...AGGREGATES], { minLength: 1 }),
  without: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray([...QUALITY_FLAGS], { minLength: 1, maxLength: 3 }) },
  ),
  limit: fc.constantFrom(1, 2, 3, 7, 100),
});
