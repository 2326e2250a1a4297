import { toOutsideMember } from '@meetbrug/cloud/src/outside/outside-member.ts';
import { createDocumentReader } from '@meetbrug/cloud/src/outside/read-document.ts';
import { createPageRenderer, RDF_FORMATS, type RdfFormat } from '@meetbrug/protocols/ldes';
import { isomorphic } from 'rdf-isomorphic';
import { expect, test } from 'vitest';
import { type SeededRandom, seededRandom } from '../fleet/seeded-random.ts';
import { parseGraph } from '../formats/parse-graph.ts';
import { OBSERVED_AT, parking, SHAPES, STREAM, VERSION_OF } from './outside-cloud.ts';

const CASES = 10_000;
const CASE_MS_MAX = 5_000;
const BASE = 'https://data.example.be';
const RULES = { stampPredicate: OBSERVED_AT, versionOfPredicate: VERSION_OF, memberBytesMax: 20_000 };

const N_QUADS = `<https://park.example/p1#v1> <${VERSION_OF}> <https://park.example/p1> <https://park.example/g> .
<https://park.example/p1#v1> <https://data.example.org/ns#free> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <https://park.example/g> .
<https://park.example/p1#v1> <https://data.example.org/ns#at> _:b1 <https://park.example/g> .
_:b1 <https://data.example.org/ns#street> "Markt\\u00E9\\n"@nl <https://park.example/g> .
`;
const JSON_LD = JSON.stringify({
  '@context': {
    '@vocab': 'https://data.example.org/ns#',
    of: { '@id': VERSION_OF, '@type': '@id' },
    at: { '@container': '@list' },
  },
  '@graph': [
    { '@id': 'https://park.example/p1#v1', '@type': 'Parking', of: 'https://park.example/p1', free: 3 },
    { '@id': 'https://park.example/p1#v2', of: 'https://park.example/p1', free: 4, at: [{ street: 'Markt' }, 'é'] },
  ],
});
const DOCUMENTS: Readonly<Record<RdfFormat, string>> = {
  nquads: N_QUADS,
  ntriples: N_QUADS.replaceAll(' <https://park.example/g> .', ' .'),
  turtle: parking(1) + parking(2),
  trig: `<https://park.example/p1#v1> { ${parking(1)} } ${parking(2)}`,
  jsonld: JSON_LD,
};
/** What means something in one of the syntaxes. */
const TOKENS = [
  ...[
    '<',
    '>',
    '"',
    '"""',
    '_:',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    '@',
    '^^',
    ' .\n',
    ';',
    ',',
    '\\',
    '\\u',
    '\\uD800',
    '#',
    '%',
  ],
  ...[
    '@prefix : <x:> .\n',
    '@base <y:> .\n',
    'GRAPH ',
    ' a ',
    '<<( ',
    ' )>>',
    '{|',
    '|}',
    '1e999',
    'true',
    '@nl--ltr',
    '\0',
    '\uFEFF',
    '𝄞',
  ],
  ...[
    '"@id":',
    '"@type":',
    '"@context":',
    '"@context":"https://x.example/context",',
    '{"@context":"https://x.example/context"},',
    '"@graph":[',
    '"@list":[',
    '"@reverse":{',
    '"@included":',
    '"@nest":',
    '"@json"',
    'null',
    '{}',
    '"@base":"z:"',
  ],
  ...[`<${VERSION_OF}>`, `<${OBSERVED_AT}>`, '<https://park.example/p1#v1>', `<${BASE}/ldes/${STREAM}>`],
];

/** Anywhere, or where a new part of the document may begin. */
function placeIn(text: string, random: SeededRandom): number {
  const at = random.between(0, text.length);
  const part = random.chance(50) ? text.slice(at).search(/(?<=[{[,;.>])/) : 0;
  return at + Math.max(0, part);
}

function mutate(text: string, random: SeededRandom): Uint8Array<ArrayBuffer> {
  let changed = text;
  for (let edits = random.between(0, 4); edits > 0; edits--) {
    const at = placeIn(changed, random);
    const until = Math.min(changed.length, at + random.between(0, 12));
    const insert = [
      () => '',
      () => TOKENS[random.between(0, TOKENS.length - 1)] ?? '',
      () => changed.slice(random.between(0, changed.length), random.between(0, changed.length)),
      () => String.fromCharCode(random.between(0, 0x2ff)),
      () => (TOKENS[random.between(0, TOKENS.length - 1)] ?? '').repeat(random.between(1, 300)),
    ][random.between(0, 4)];
    changed = changed.slice(0, at) + (insert?.() ?? '') + changed.slice(random.between(0, 1) === 0 ? at : until);
  }
  const bytes = new TextEncoder().encode(changed);
  if (random.between(0, 9) === 0 && bytes.length > 0)
    bytes[random.between(0, bytes.length - 1)] = random.between(0, 255);
  return bytes;
}

test('whatever is posted has an outcome, in bounded time, and what is taken can be published in every format', async () => {
  const streams = new Map([[STREAM, { rules: RULES, shapes: SHAPES }]]);
  const created = await createDocumentReader({ publicBaseUrl: BASE, streams });
  if (!created.ok) throw new Error(created.fault.detail);
  const random = seededRandom(8);
  const outcomes = new Map<string, number>();
  const note = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  let slowestMs = 0;
  for (let index = 0; index < CASES; index++) {
    const format = RDF_FORMATS[index % RDF_FORMATS.length] as RdfFormat;
    const body = mutate(DOCUMENTS[format], random);
    const startedMs = performance.now();
    const read = await created.value({ stream: STREAM, format, body });
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    if (!read.ok) note(read.fault.code);
    for (const one of read.ok ? read.value : []) {
      note(one.kind === 'accepted' ? 'accepted' : one.code);
      if (one.kind === 'refused') continue;
      expect(one.member.body.length).toBeLessThanOrEqual(RULES.memberBytesMax);
      if (index % 10 === 0) await expectPublishable(one.member);
    }
  }
  expect(slowestMs).toBeLessThan(CASE_MS_MAX);
  // The cases reach what they are about.
  for (const outcome of [
    'accepted',
    'unreadable',
    'remote-context',
    'no-member',
    'shape',
    'no-version-of',
    'bad-term',
  ]) {
    expect([outcome, outcomes.get(outcome) ?? 0]).toEqual([outcome, expect.toSatisfy((count: number) => count > 0)]);
  }
});

async function expectPublishable(member: { readonly iri: string; readonly body: Uint8Array }): Promise<void> {
  const published = toOutsideMember({ ordinal: 3, stamp_ms: 0, iri: member.iri, body: member.body }, OBSERVED_AT);
  const definition = { kind: 'by-page', name: 'by-page', pageSize: 2, fanOut: 2 } as const;
  const [organisation = '', name = ''] = STREAM.split('/');
  const stream = {
    organisation,
    name,
    title: 'x',
    kind: 'outside',
    pollingIntervalSeconds: 5,
    sequenced: false,
  } as const;
  const page = { stream, view: { definition }, path: 'page/1', immutable: true, children: [], members: [published] };
  const renderer = createPageRenderer({ publicBaseUrl: BASE });
  const [wanted, ...others] = await Promise.all(
    RDF_FORMATS.map((format) => parseGraph(format, renderer.render(format, page))),
  );
  for (const graph of others) expect(isomorphic(graph, wanted ?? [])).toBe(true);
}
