import { createDereferencer } from '@meetbrug/cloud/src/dereference/dereference.ts';
import { locateId } from '@meetbrug/cloud/src/dereference/id-path.ts';
import { createTestLog, description, KEY, T0, value } from '@meetbrug/cloud/src/log/test-log.ts';
import { MEDIA_TYPES, RDF_FORMATS, type RdfFormat } from '@meetbrug/protocols/ldes';
import { Parser, type Quad } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, test } from 'vitest';
import { parseGraph } from '../formats/parse-graph.ts';

const BASE = 'https://data.example/stad';
const ID = `${BASE}/id/demo`;
const OBSERVATION = `${ID}/observatie/${KEY}/2026-07-01T12:00:00Z`;
const DCT = 'http://purl.org/dc/terms/';
const PROV = 'http://www.w3.org/ns/prov#';
const SIMPLE_VALUE = 'http://qudt.org/schema/qudt/numericValue';

/** A store with the given deliveries of one value each, a second apart. */
function dereferenceAfter(deliveries: readonly { text: string; label?: string }[]) {
  const { commit, store } = createTestLog();
  deliveries.forEach(({ text, label = 'Meetpunt 1' }, index) => {
    const version = index + 1;
    const measuringPoint = { ...description().measuringPoint, label };
    const descriptions = [description({ version, validFromMs: T0 + index, measuringPoint })];
    const uplinks = [[version, T0, [value(text)]]] as [number, number, ReturnType<typeof value>[]][];
    commit({ version, descriptions, uplinks }, T0 + index * 1_000);
  });
  const dereferencer = createDereferencer(store, BASE);
  return (iri: string, format: RdfFormat = 'nquads') => {
    const location = locateId(new URL(iri).pathname.replace('/stad', ''));
    return location && dereferencer.read(location.target, format);
  };
}

function quadsOf(bytes: Uint8Array | undefined): Quad[] {
  return new Parser({ format: MEDIA_TYPES.nquads }).parse(new TextDecoder().decode(bytes));
}

function objects(quads: readonly Quad[], subject: string, predicate: string): string[] {
  return quads
    .filter((quad) => quad.subject.value === subject && quad.predicate.value === predicate)
    .map(({ object }) => object.value);
}

describe('the document of an observation', () => {
  test('says the current version as its stream says it, and links the earlier ones', () => {
    const get = dereferenceAfter([{ text: '20' }, { text: '21.5' }, { text: '20' }]);
    const found = get(OBSERVATION);
    const quads = quadsOf(found?.bytes);
    const versions = [3, 2, 1].map((revision) => `${OBSERVATION}#${revision}`);
    expect(objects(quads, OBSERVATION, `${DCT}hasVersion`)).toEqual(versions);
    for (const version of versions) expect(objects(quads, version, `${DCT}isVersionOf`)).toEqual([OBSERVATION]);
    expect(objects(quads, `${OBSERVATION}#3`, `${PROV}wasRevisionOf`)).toEqual([`${OBSERVATION}#2`]);
    expect(objects(quads, `${OBSERVATION}#2`, `${PROV}wasRevisionOf`)).toEqual([`${OBSERVATION}#1`]);
    expect(objects(quads, `${OBSERVATION}#3`, `${PROV}generatedAtTime`)).toEqual(['2026-07-01T12:00:02Z']);
    expect(quads.filter(({ predicate }) => predicate.value === SIMPLE_VALUE).map(({ object }) => object.value)).toEqual(
      ['20'],
    );
    expect(found?.modifiedMs).toBe(T0 + 2_000);
  });

  test('keeps the place that the current version was published with', () => {
    const { commit, store } = createTestLog();
    commit({ descriptions: [description()], uplinks: [[1, T0, [value('20')]]] });
    const measuringPoint = { ...description().measuringPoint, longitude: 4.5 };
    const moved = description({ version: 2, validFromMs: T0 + 1, measuringPoint });
    commit({ version: 2, descriptions: [moved], uplinks: [[2, T0, [value('21', 1)]]] });
    const location = locateId(new URL(OBSERVATION).pathname.replace('/stad', '')) ?? expect.fail();
    const text = new TextDecoder().decode(createDereferencer(store, BASE).read(location.target, 'nquads')?.bytes);
    expect(text).toContain('POINT(3.72');
    expect(text).not.toContain('POINT(4.5');
  });

  test('is found among many of one commit, and none is for a begin that was not measured', () => {
    const { commit, store } = createTestLog();
    const values = Array.from({ length: 200 }, (_, minute) => value(String(minute % 40), minute));
    commit({ descriptions: [description()], uplinks: values.map((one, index) => [index + 1, T0, [one]]) });
    const dereferencer = createDereferencer(store, BASE);
    const read = (beginMs: number) =>
      dereferencer.read({ kind: 'observation', organisation: 'demo', datastream: KEY as never, beginMs }, 'nquads');
    for (const minute of [0, 1, 99, 199]) {
      const text = new TextDecoder().decode(read(T0 + minute * 60_000)?.bytes);
      expect(text).toContain(`"${minute % 40}"^^`);
    }
    expect(read(T0 + 200 * 60_000)).toBeUndefined();
    expect(read(T0 + 1)).toBeUndefined();
  });
});

describe('the document of an entity', () => {
  const POINT = `${ID}/meetpunt/meetpunt-1`;

  test('says what holds of it now, its newest version, and all versions', () => {
    const get = dereferenceAfter([{ text: '20' }, { text: '21', label: 'Plein' }]);
    const found = get(POINT);
    const quads = quadsOf(found?.bytes);
    const label = 'http://www.w3.org/2000/01/rdf-schema#label';
    expect(objects(quads, POINT, label)).toEqual(['Plein']);
    expect(objects(quads, `${POINT}#2`, label)).toEqual(['Plein']);
    expect(objects(quads, POINT, `${DCT}hasVersion`)).toEqual([`${POINT}#2`, `${POINT}#1`]);
    expect(objects(quads, `${POINT}#1`, `${DCT}isVersionOf`)).toEqual([POINT]);
    expect(objects(quads, POINT, `${DCT}isVersionOf`)).toEqual([]);
    expect(objects(quads, POINT, `${PROV}generatedAtTime`)).toEqual([]);
    expect(found?.modifiedMs).toBe(T0 + 1_000);
  });

  test.each([`${ID}/meetpunt/meetpunt-2`, `${ID}/sensor/meetpunt-1`, `${BASE}/id/other/meetpunt/meetpunt-1`])(
    'is none where nothing was published: %s',
    (iri) => {
      expect(dereferenceAfter([{ text: '20' }])(iri)).toBeUndefined();
    },
  );

  test.each([POINT, OBSERVATION, `${ID}/datastream/${KEY}`, `${ID}/sensor/sensor-1`, `${ID}/procedure/momentaan`])(
    'is the same graph in every format: %s',
    async (iri) => {
      const get = dereferenceAfter([{ text: '20' }, { text: '21', label: 'Plein' }]);
      const expected = quadsOf(get(iri)?.bytes);
      expect(expected.length).toBeGreaterThan(4);
      for (const format of RDF_FORMATS) {
        const bytes = get(iri, format)?.bytes ?? expect.fail(`no ${format}`);
        expect(isomorphic(await parseGraph(format, bytes), expected), format).toBe(true);
      }
    },
  );
});
