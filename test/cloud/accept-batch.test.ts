import { acceptsBatch } from '@meetbrug/cloud/src/ingest/accept-batch.ts';
import { envelopeSchema } from '@meetbrug/cloud/src/ingest/read-batch.ts';
import { BATCH_BOUNDS } from '@meetbrug/protocols/delivery';
import { INSTANT_MAX_MS, QUALITY_CODE_MAX } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EPOCH, heatDescription } from './test-edge.ts';

/** Values at and beyond every bound that the schema names, and of every other kind. */
const oddValues = [
  null,
  true,
  '',
  'x',
  -1,
  -0,
  0,
  1,
  1.5,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  1e300,
  INSTANT_MAX_MS,
  INSTANT_MAX_MS + 1,
  QUALITY_CODE_MAX,
  QUALITY_CODE_MAX + 1,
  BATCH_BOUNDS.datastreamsMax,
  BATCH_BOUNDS.datastreamsMax + 1,
  '01',
  '-0',
  '1.',
  '.5',
  '1e3',
  '+1',
  '1\n',
  '<10',
  '<0',
  '<010',
  '<999999',
  '<1000000',
  '<-1',
  '< 1',
  [[0, 1_000]],
  [[0, 1_000, 1]],
  [[BATCH_BOUNDS.datastreamsMax + 1, 1_000]],
  '9'.repeat(24),
  '9'.repeat(25),
  EPOCH,
  EPOCH.toUpperCase(),
  heatDescription(1).datastream,
  [],
  {},
];

const BATCH = {
  version: 1,
  epoch: EPOCH,
  datastreams: [[heatDescription(1).datastream, 1]],
  descriptions: [{}],
  uplinks: [
    [1, 1_000, [[0, 1_000, null, 1_000, '-21.50', 3]]],
    [2, 2_000, [[0, 1_000, 2_000, 1_000, '0', 0]]],
    [3, 3_000, []],
    [
      4,
      4_000,
      [
        [0, 1_000, 2_000, 1_000, '<10', 0],
        [
          0,
          1_000,
          null,
          1_000,
          '1',
          0,
          [
            [0, 900],
            [0, 0],
          ],
        ],
      ],
    ],
  ],
};

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function changed(value: unknown, path: Path, change: (inner: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const inner = changed(copy[key], rest, change);
  if (inner !== undefined) copy[key] = inner;
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

function expectAgreement(candidate: unknown): void {
  expect(acceptsBatch(candidate), JSON.stringify(candidate)?.slice(0, 400)).toBe(
    envelopeSchema.safeParse(candidate).success,
  );
}

describe('the quick check of a batch agrees with its schema', () => {
  test('on a batch', () => {
    expect(acceptsBatch(BATCH)).toBe(true);
    expectAgreement(BATCH);
  });

  test('with every odd value in every place, every part left out, and every list one longer', () => {
    for (const path of pathsOf(BATCH)) {
      for (const odd of oddValues) expectAgreement(changed(BATCH, path, () => odd));
      expectAgreement(changed(BATCH, path, () => undefined));
      expectAgreement(changed(BATCH, path, (inner) => (Array.isArray(inner) ? [...inner, 1] : inner)));
      expectAgreement(changed(BATCH, path, (inner) => (Array.isArray(inner) ? inner : { ...Object(inner), more: 1 })));
    }
  });

  test('at the bounds of every list', () => {
    const many = <T>(item: T, count: number): T[] => new Array<T>(count).fill(item);
    const { datastreamsMax, uplinksMax, observationsPerUplinkMax, inputsPerObservationMax } = BATCH_BOUNDS;
    for (const more of [0, 1]) {
      expectAgreement({ ...BATCH, datastreams: many(BATCH.datastreams[0], datastreamsMax + more) });
      expectAgreement({ ...BATCH, descriptions: many({}, datastreamsMax + more) });
      expectAgreement({ ...BATCH, uplinks: many([1, 1, []], uplinksMax + more) });
      expectAgreement({ ...BATCH, uplinks: [[1, 1, many([0, 1, null, 1, '1', 0], observationsPerUplinkMax + more)]] });
      const inputs = many([0, 1], inputsPerObservationMax + more);
      expectAgreement({ ...BATCH, uplinks: [[1, 1, [[0, 1, null, 1, '1', 0, inputs]]]] });
    }
  });

  test('on random documents of its shape', () => {
    const field = fc.oneof(fc.constantFrom(...oddValues), fc.integer(), fc.double(), fc.string());
    const observation = fc.tuple(
      fc.nat(3),
      fc.nat(),
      fc.option(fc.nat()),
      fc.nat(),
      fc.constantFrom('1', '-2.5', '007'),
      field,
    );
    const uplink = fc.tuple(fc.nat(5), fc.nat(), fc.array(observation, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(uplink, { maxLength: 3 }), (uplinks) => expectAgreement({ ...BATCH, uplinks })),
      { numRuns: 2_000, seed: 20_261_124 },
    );
  });
});
