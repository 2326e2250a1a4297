import { MEDIA_TYPES } from '@meetbrug/protocols/ldes';
import { packQuality } from '@meetbrug/protocols/observation';
import type { ObservationMember } from '@meetbrug/protocols/oslo';
import { Parser, type Quad } from 'n3';
import { expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { connectEdge, type TestBatch, type TestEdge } from '../cloud/test-edge.ts';
import { fleetDay } from '../oslo/fleet-day.ts';
import { startHttpCloud } from './http-cloud.ts';

const TREE = 'https://w3id.org/tree#';
const THEMES = ['heat-stress', 'water-level', 'mobility'] as const;
const STREAMS = [...THEMES, 'sensors'];
const VIEWS = ['by-page', 'by-time', 'by-location', 'by-property', 'by-datastream', 'latest'];
const BATCH_UPLINKS = 200;
const DAY_MS = 86_400_000;

/** The members of a day as an edge would deliver them: one uplink each. */
function toBatch(members: readonly ObservationMember[], firstSequence: number): TestBatch {
  const descriptions = [...new Map(members.map(({ description }) => [description.datastream, description])).values()];
  const inputs = members.flatMap(({ inputs = [] }) => inputs.map(({ datastream }) => datastream));
  const keys = [...new Set([...descriptions.map(({ datastream }) => datastream), ...inputs])];
  return {
    datastreams: keys.map((key) => [key, 1] as const),
    descriptions,
    uplinks: members.map((member, index) => [
      firstSequence + index,
      member.generatedMs,
      [
        [
          keys.indexOf(member.description.datastream),
          member.beginMs,
          member.endMs ?? null,
          member.resultMs,
          member.value,
          packQuality({ timeSource: 'gateway', flags: member.flags ?? [] }),
          ...(member.inputs === undefined
            ? ([] as const)
            : ([
                member.inputs.map(({ datastream, beginMs }) => [keys.indexOf(datastream), beginMs] as [number, number]),
              ] as const)),
        ],
      ],
    ]),
  };
}

/** Returns how many of the observations have a feed: what devices say of themselves has none. */
async function deliverDay(edge: TestEdge): Promise<number> {
  const day = fleetDay(Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS);
  // Inputs before what was computed from them, so that a batch knows their datastreams.
  const members = [...day.observations.values()].flat().sort((one, other) => one.ordinal - other.ordinal);
  for (let from = 0; from < members.length; from += BATCH_UPLINKS) {
    const { refused, describe } = await edge.deliver(toBatch(members.slice(from, from + BATCH_UPLINKS), from + 1));
    expect([refused, describe]).toEqual([[], []]);
  }
  return THEMES.reduce((sum, theme) => sum + (day.observations.get(theme)?.length ?? 0), 0);
}

async function read(url: string): Promise<Quad[]> {
  const response = await fetch(url, { headers: { accept: MEDIA_TYPES.nquads }, redirect: 'manual' });
  expect([url, response.status]).toEqual([url, 200]);
  return new Parser({ format: MEDIA_TYPES.nquads }).parse(await response.text());
}

/** Every IRI below a base in any position of some quads, datatypes too. */
function irisBelow(base: string, quads: readonly Quad[]): string[] {
  return quads
    .flatMap(({ subject, predicate, object }) => [subject, predicate, object])
    .flatMap((term) => (term.termType === 'Literal' ? [term.datatype] : [term]))
    .filter(({ termType, value }) => termType === 'NamedNode' && value.startsWith(`${base}/`))
    .map(({ value }) => value);
}

test('every IRI that a day of the fleet mints dereferences to something about it', { timeout: 300_000 }, async () => {
  await withFolder(async (dataDir) => {
    const cloud = await startHttpCloud({ dataDir, themes: `[${THEMES.join(', ')}]`, pageSize: 100 });
    const base = cloud.publicBaseUrl;
    const edge = await connectEdge(cloud.ports.mqtt);
    const delivered = await deliverDay(edge);

    const waiting = [
      ...STREAMS.map((stream) => `${base}/ldes/demo/${stream}`),
      ...STREAMS.flatMap((stream) =>
        VIEWS.slice(0, stream === 'sensors' ? 2 : VIEWS.length).map((view) => `${base}/ldes/demo/${stream}/${view}`),
      ),
    ];
    const documents = new Map<string, Quad[]>();
    const named = new Set<string>();
    let members = 0;
    // Documents lead to documents: what an entity or a concept names below the base is asked for as well.
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      if (documents.has(url)) continue;
      const quads = await read(url);
      documents.set(url, quads);
      if (/\/by-page\/page\//.test(url))
        members += quads.filter((quad) => quad.predicate.value === `${TREE}member`).length;
      for (const iri of irisBelow(base, quads)) {
        named.add(iri);
        waiting.push(iri.split('#')[0] ?? iri);
      }
    }
    expect(members).toBeGreaterThan(delivered);

    const subjects = new Map(
      [...documents].map(([url, quads]) => [url, new Set(quads.map(({ subject }) => subject.value))]),
    );
    const silent = [...named].filter((iri) => !subjects.get(iri.split('#')[0] ?? iri)?.has(iri));
    expect(silent).toEqual([]);
    const kinds = new Set([...named].map((iri) => /\/id\/(?:demo\/)?([a-z]+)/.exec(iri)?.[1]));
    for (const kind of ['observatie', 'meetpunt', 'verkeersmeetpunt', 'sensor', 'procedure', 'datastream', 'concept']) {
      expect(kinds, kind).toContain(kind);
    }
    await edge.end();
    await cloud.stop();
  });
});
