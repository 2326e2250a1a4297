import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datastreamKey } from '../observation/datastream-key.ts';
import { INSTANT_MAX_MS } from '../observation/instant.ts';
import { OBSERVED_PROPERTIES, PROPERTY_KEYS } from '../properties/catalogue.ts';
import { type KeyedView, type ViewDefinition, viewDefinitionSchema } from './view-definition.ts';
import { generationLevels } from './view-generation.ts';
import { keyLevels, type ObservationFacts } from './view-key.ts';
import { formatViewPath, parseViewPath, type ViewPath } from './view-path.ts';
import { bucketKey, latestBucket } from './view-tree.ts';

const view = <Kind extends ViewDefinition['kind']>(kind: Kind, more: object = {}) =>
  viewDefinitionSchema.parse({ kind, ...more }) as Extract<ViewDefinition, { kind: Kind }>;
const keyed = [
  view('by-time'),
  view('by-location'),
  view('by-location', { zoom: 4 }),
  view('by-property'),
  view('by-datastream'),
];

const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);
const instant = fc.integer({ min: 0, max: INSTANT_MAX_MS });
const facts: fc.Arbitrary<ObservationFacts> = fc
  .record({
    names: fc.tuple(name, fc.constantFrom('', '_in', '_out'), name, name),
    property: fc.constantFrom(...PROPERTY_KEYS),
    generatedMs: instant,
    resultMs: instant,
    organisation: fc.option(name, { nil: undefined }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  })
  .map(({ names: [point, direction, sensor, procedure], organisation, property, ...rest }) => ({
    kind: 'observation',
    datastream: datastreamKey({
      feature: `${point}${direction}`,
      sensor,
      property: OBSERVED_PROPERTIES[property].name,
      procedure,
    }),
    property,
    ...(organisation === undefined ? {} : { organisation }),
    ...rest,
  }));
const numbered = fc.record({ level: fc.integer({ min: 0, max: 12 }), index: fc.integer({ min: 0, max: 1e12 }) });

/** Any node on the way from a root to a page of the bucket of a member. */
const pathIn = (definition: KeyedView): fc.Arbitrary<ViewPath> =>
  fc
    .record({
      facts,
      node: numbered,
      depth: fc.integer({ min: 0, max: generationLevels(definition) + keyLevels(definition) + 1 }),
    })
    .map(({ facts, node, depth }) => {
      const { generation, key } = bucketKey(definition, facts);
      if (depth === 0) return { kind: 'root' };
      if (depth > generation.length + key.length) return { kind: 'node', generation, key, node };
      const keyDepth = Math.max(0, depth - generation.length);
      return { kind: 'group', generation: generation.slice(0, depth), key: key.slice(0, keyDepth) };
    });

describe('the path of a node', () => {
  it.each(keyed.map((definition) => [definition.kind, definition] as const))(
    'in %s is read as it was written',
    (_, definition) => {
      fc.assert(
        fc.property(pathIn(definition), (path) => {
          expect(parseViewPath(definition, formatViewPath(path))).toEqual(path);
        }),
        { seed: 76, numRuns: 300 },
      );
    },
  );

  it('in by-page and latest is read as it was written', () => {
    fc.assert(
      fc.property(numbered, fc.integer({ min: 0, max: 4095 }), (node, index) => {
        const inByPage: ViewPath = { kind: 'node', generation: [], key: [], node };
        const inLatest: ViewPath = { kind: 'latest-bucket', index };
        expect(parseViewPath(view('by-page'), formatViewPath(inByPage))).toEqual(inByPage);
        expect(parseViewPath(view('latest', { buckets: 4096 }), formatViewPath(inLatest))).toEqual(inLatest);
      }),
      { seed: 77, numRuns: 200 },
    );
  });

  it('has one spelling: what is read is written as it was, whatever the text', () => {
    const segment = fc.constantFrom(
      '2026-11',
      '2026-1',
      '2026-13',
      '2026',
      '11',
      '1',
      '24',
      '31',
      '02',
      '00',
      '13',
      'z10-523-340',
      'z14-8374-5451',
      'z14-8380-5451',
      'air-temperature',
      'a.b.luchttemperatuur.c',
      'south.a.b.luchttemperatuur.c',
      'page',
      'index',
      'bucket',
      '0',
      '01',
      '7',
      '',
      'page/0',
      'index/1/0',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 9 }),
        fc.constantFrom(...keyed, view('by-page'), view('latest')),
        (segments, definition) => {
          const text = segments.join('/');
          const path = parseViewPath(definition, text);
          if (path !== undefined) expect(formatViewPath(path)).toBe(text);
        },
      ),
      { seed: 78, numRuns: 3_000 },
    );
  });

  it.each<[ViewDefinition['kind'], string]>([
    ['by-time', '2026-11'],
    ['by-time', '2026-11/24'],
    ['by-time', '2026-11/24/2025'],
    ['by-time', '2026-11/24/2026/11/24/13'],
    ['by-time', '2026-11/24/2026/11/24/13/page/0'],
    ['by-location', '2026-11/z10-523-340'],
    ['by-location', '2026-11/z10-523-340/z14-8374-5451/index/1/0'],
    ['by-property', '2026-11/air-temperature/page/3'],
    ['by-datastream', '2026-11/a_in.b.luchttemperatuur.c'],
    ['by-datastream', '2026-11/south.a.b.luchttemperatuur.c/page/0'],
    ['latest', 'bucket/63'],
    ['by-page', 'index/2/0'],
  ])('%s has %s', (kind, text) => {
    expect(parseViewPath(view(kind), text)).toBeDefined();
  });

  it.each<[ViewDefinition['kind'], string]>([
    ['by-page', '2026-11'],
    ['by-page', 'page/01'],
    ['by-time', '2026-11/2026'],
    ['by-time', '2026-11/31'],
    ['by-time', '2026-11/page/0'],
    ['by-time', '2026-11/24/2026/11/24/13/page/00'],
    ['by-time', '2026-11/24/2026/11/24/24'],
    ['by-time', '2026-11/24/2026/11/24/13/14'],
    ['by-property', '2026-11/'],
    ['by-property', '/2026-11'],
    ['by-property', '2026-11/24/air-temperature'],
    ['by-property', '2026-11/luchttemperatuur'],
    ['by-property', '2026-11/page/0'],
    ['by-location', '2026-11/z9-261-170'],
    ['by-location', '2026-11/z10-523-340/z14-8388-5451'],
    ['by-location', '2026-11/z14-8374-5451'],
    ['by-datastream', '2026-11/a.b.no-such-property.c'],
    ['by-datastream', '2026-11/a.b.luchttemperatuur'],
    ['by-datastream', '2026-11/x.south.a.b.luchttemperatuur.c'],
    ['latest', 'bucket/64'],
    ['latest', 'bucket/07'],
    ['latest', 'page/0'],
  ])('%s has no %s', (kind, text) => {
    expect(parseViewPath(view(kind), text)).toBeUndefined();
  });
});

describe('the bucket of a member', () => {
  const member: ObservationFacts = {
    kind: 'observation',
    generatedMs: Date.UTC(2026, 10, 24, 23, 59, 59, 999),
    resultMs: Date.UTC(2026, 8, 30, 13, 30),
    datastream: datastreamKey({ feature: 'a_in', sensor: 'b', property: 'luchttemperatuur', procedure: 'c' }),
    property: 'air-temperature',
    longitude: 4,
    latitude: 51,
  };

  it.each([
    [view('by-page'), ''],
    [view('by-time'), '2026-11/24/2026/09/30/13'],
    [view('by-location'), '2026-11/z10-523-342/z14-8374-5484'],
    [view('by-property'), '2026-11/air-temperature'],
    [view('by-datastream'), '2026-11/a_in.b.luchttemperatuur.c'],
  ] as const)('is in the generation of its commit, under the key that it always has: %o', (definition, path) => {
    const { generation, key } = bucketKey(definition, member);
    expect([...generation, ...key].join('/')).toBe(path);
  });

  it('is by its stamp when it has nothing else, and there is none by what is observed', () => {
    const entity = { kind: 'entity', generatedMs: member.generatedMs } as const;
    expect(bucketKey(view('by-time'), entity).key).toEqual(['2026', '11', '24', '23']);
    expect(() => bucketKey(view('by-property'), entity)).toThrow(RangeError);
  });

  it('of two organisations with the same datastream key are two, in a stream of all', () => {
    const keys = ['north', 'south'].map(
      (organisation) => bucketKey(view('by-datastream'), { ...member, organisation }).key,
    );
    expect(keys).toEqual([['north.a_in.b.luchttemperatuur.c'], ['south.a_in.b.luchttemperatuur.c']]);
  });

  it('in latest is the same for ever, and datastreams are spread over all of them', () => {
    expect(latestBucket(64, 'demo', member.datastream)).toBe(4);
    const used = new Set(
      Array.from({ length: 1_000 }, (_, index) =>
        latestBucket(64, 'demo', datastreamKey({ feature: `ws-${index}`, sensor: 's', property: 'p', procedure: 'm' })),
      ),
    );
    expect(used.size).toBe(64);
  });
});

describe('the definition of a view', () => {
  it('is named after its kind and has the settings of the design when nothing is said', () => {
    expect(view('by-location')).toEqual({
      kind: 'by-location',
      name: 'by-location',
      pageSize: 250,
      fanOut: 250,
      zoom: 14,
    });
    expect(view('latest', { name: 'now' })).toEqual({ kind: 'latest', name: 'now', buckets: 64 });
  });

  it.each([
    { kind: 'by-colour' },
    { kind: 'by-time', zoom: 14 },
    { kind: 'by-location', zoom: 3 },
    { kind: 'by-location', zoom: 21 },
    { kind: 'latest', pageSize: 250 },
    { kind: 'by-page', pageSize: 0 },
    { kind: 'by-page', fanOut: 1 },
    { kind: 'by-page', name: 'By Page' },
  ])('%j is refused', (definition) => {
    expect(viewDefinitionSchema.safeParse(definition).success).toBe(false);
  });
});
