import { organisationIris } from '@meetbrug/protocols/observation';
import { Parser } from 'n3';
import { expect, test } from 'vitest';
import { T0 } from '../cloud/test-edge.ts';
import { descriptionOf, getJson, type Json, keyOf, type QueryLab, walk, withLab } from './query-lab.ts';

const MINUTE_MS = 60_000;
const SIMPLE_RESULT = 'http://www.w3.org/ns/sosa/hasSimpleResult';
const VALUE = /value|hasSimpleResult|numericValue/i;

/** Of one observation: its IRI without the version, and its value as written. */
type Said = readonly [iri: string, value: string];

function sorted(said: readonly Said[]): Said[] {
  return said.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function throughSensorThings({ publicBaseUrl }: QueryLab): Promise<Said[]> {
  const said: Said[] = [];
  let next: string | undefined = `${publicBaseUrl}/sta/v1.1/Observations?$top=3`;
  while (next !== undefined) {
    const text: string = await (await fetch(next)).text();
    const page: Json = JSON.parse(text);
    for (const { result, parameters } of page.value) {
      const member = JSON.stringify(parameters).match(/"(https?:[^"]*\/id\/[^"]*)#\d+"/)?.[1];
      said.push([member ?? '', String(result)]);
    }
    next = page['@iot.nextLink'];
  }
  return said;
}

async function throughFeed({ publicBaseUrl }: QueryLab): Promise<Said[]> {
  const response = await fetch(`${publicBaseUrl}/ldes/demo/heat-stress/by-page/page/0`, {
    headers: { Accept: 'application/n-triples' },
  });
  const quads = new Parser({ format: 'N-Triples' }).parse(await response.text());
  const members = quads.filter(({ predicate }) => predicate.value === 'https://w3id.org/tree#member');
  return members.map(({ object }) => {
    const result = quads.find(
      ({ subject, predicate }) =>
        subject.value === object.value && predicate.value === 'http://www.w3.org/ns/sosa/hasResult',
    )?.object;
    const value =
      quads.find(({ subject, predicate }) => subject.value === object.value && predicate.value === SIMPLE_RESULT) ??
      quads.find(({ subject, predicate }) => subject.value === result?.value && VALUE.test(predicate.value));
    return [object.value.replace(/#\d+$/, ''), value?.object.value ?? ''];
  });
}

test('the same observations come through SensorThings, the query API, the event stream and CSV', async () => {
  await withLab(async (lab) => {
    const values = ['31.3', '-4.25', '0', '12.5', '0.001', '22', '-0.5', '7.125'];
    for (const place of [1, 2]) {
      await lab.deliver(
        place,
        values.map((value, index) => [T0 + index * place * MINUTE_MS, value]),
      );
    }
    const iris = organisationIris(lab.publicBaseUrl, 'demo');
    const expected = [1, 2].flatMap((place) =>
      values.map(
        (value, index): Said => [
          iris.observation(descriptionOf(place).datastream, T0 + index * place * MINUTE_MS),
          value,
        ],
      ),
    );
    const api = `${lab.api}/observations?theme=heat-stress&from=2026-07-01T00:00:00Z`;
    const rows = await walk(`${api}&limit=5`);
    const csv = (await (await fetch(`${api}&format=csv`)).text())
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const [header = [], ...lines] = csv;
    const cell = (line: readonly string[], name: string) => line[header.indexOf(name)] ?? '';
    const iriOf = (datastream: string, begin: string) =>
      iris.observation(
        [1, 2].map((place) => descriptionOf(place).datastream).find((key) => key === datastream) ??
          descriptionOf(0).datastream,
        Date.parse(begin),
      );

    const all = {
      queryApi: rows.map(({ datastream, begin, value }): Said => [iriOf(datastream, begin), String(value)]),
      csv: lines.map((line): Said => [iriOf(cell(line, 'datastream'), cell(line, 'begin')), cell(line, 'value')]),
      sensorThings: await throughSensorThings(lab),
      feed: await throughFeed(lab),
    };
    for (const [name, said] of Object.entries(all)) expect([name, sorted(said)]).toEqual([name, sorted(expected)]);
    expect((await getJson(`${lab.api}/datastreams/${keyOf(1)}`)).latest.value).toBe(7.125);
  });
});
