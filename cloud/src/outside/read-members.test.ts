import type { RdfFormat } from '@meetbrug/protocols/ldes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutsideMemberRules } from './outside-terms.ts';
import { parseDocument } from './parse-document.ts';
import { type ReadMember, readMembers } from './read-members.ts';

const BASE = 'https://data.example.be';
const STREAM = `${BASE}/ldes/demo/parking`;
const RULES: OutsideMemberRules = {
  stampPredicate: 'http://www.w3.org/ns/prov#generatedAtTime',
  versionOfPredicate: 'http://purl.org/dc/terms/isVersionOf',
  timestampPredicate: undefined,
  memberBytesMax: 4_096,
};
const PREFIXES = `
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://x.example/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
`;

async function read(text: string, format: RdfFormat = 'trig', rules = RULES): Promise<readonly ReadMember[]> {
  const quads = await parseDocument(new TextEncoder().encode(text), format, STREAM);
  if (!quads.ok) throw new Error(quads.fault.detail);
  const members = await readMembers(quads.value, rules, BASE);
  if (!members.ok) throw new Error(members.fault.detail);
  return members.value;
}

const turtle = (text: string, rules = RULES) => read(PREFIXES + text, 'trig', rules);

function contentOf(members: readonly ReadMember[]): Record<string, string> {
  return Object.fromEntries(
    members.map((one) =>
      one.kind === 'accepted' ? [one.member.iri, new TextDecoder().decode(one.member.body)] : [one.iri, one.code],
    ),
  );
}

const IN_TURTLE = `ex:a1 a ex:Place ; dct:isVersionOf ex:a ; ex:name "Café \\"Ons\\"\\n"@nl-BE ; ex:at [ ex:lat 51.05 ; ex:lon 3.72 ] .
ex:b1 dct:isVersionOf ex:b ; ex:near ex:a1 .`;

describe('the same members are in', () => {
  const quads = `
<https://x.example/b1> <http://purl.org/dc/terms/isVersionOf> <https://x.example/b> .
_:z <https://x.example/lon> "3.72"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<https://x.example/a1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://x.example/Place> .
<https://x.example/a1> <https://x.example/at> _:z .
_:z <https://x.example/lat> "51.05"^^<http://www.w3.org/2001/XMLSchema#decimal> .
<https://x.example/a1> <http://purl.org/dc/terms/isVersionOf> <https://x.example/a> .
<https://x.example/b1> <https://x.example/near> <https://x.example/a1> .
<https://x.example/a1> <https://x.example/name> "Caf\\u00E9 \\"Ons\\"\\n"@nl-be .
<https://x.example/a1> <https://x.example/name> "Caf\\u00E9 \\"Ons\\"\\n"@nl-be .
`;
  const decimal = (value: string) => ({ '@value': value, '@type': 'http://www.w3.org/2001/XMLSchema#decimal' });
  const nodes = [
    {
      '@id': 'a1',
      '@type': 'Place',
      of: 'a',
      name: { '@value': 'Café "Ons"\n', '@language': 'nl-BE' },
      at: { lat: decimal('51.05'), lon: decimal('3.72') },
    },
    { '@id': 'b1', of: 'b', near: 'a1' },
  ];
  const context = {
    '@base': 'https://x.example/',
    '@vocab': 'https://x.example/',
    of: { '@id': 'http://purl.org/dc/terms/isVersionOf', '@type': '@id' },
    near: { '@type': '@id' },
  };
  const inGraph = (member: string, name: string) =>
    quads
      .split('\n')
      .filter((line) => line.startsWith(`<https://x.example/${member}`) || (member === 'a1' && line.startsWith('_:')))
      .map((line) => line.replace(/ \.$/, ` ${name} .`))
      .join('\n');

  test.each<[string, RdfFormat, string]>([
    ['N-Triples', 'ntriples', quads],
    ['N-Quads', 'nquads', quads],
    ['Turtle', 'turtle', PREFIXES + IN_TURTLE],
    ['JSON-LD', 'jsonld', JSON.stringify({ '@context': context, '@graph': nodes })],
    [
      'N-Quads with a graph each, of any name',
      'nquads',
      `${inGraph('a1', '<https://x.example/a1>')}\n${inGraph('b1', '_:g')}`,
    ],
    [
      'TriG with what they are versions of outside their graphs',
      'trig',
      `${PREFIXES} ex:a1 dct:isVersionOf ex:a . ex:b1 dct:isVersionOf ex:b .
       ex:a1 { ex:a1 a ex:Place ; ex:name "Café \\"Ons\\"\\n"@nl-be ; ex:at [ ex:lat 51.05 ; ex:lon 3.72 ] }
       ex:b1 { ex:b1 ex:near ex:a1 }`,
    ],
    [
      'JSON-LD with named graphs',
      'jsonld',
      JSON.stringify(nodes.map((node) => ({ '@context': context, '@id': node['@id'], '@graph': [node] }))),
    ],
  ])('%s', async (_, format, text) => {
    expect(contentOf(await read(text, format))).toEqual(contentOf(await turtle(IN_TURTLE)));
  });

  test('and each is canonical N-Triples', async () => {
    expect(contentOf(await turtle(IN_TURTLE))['https://x.example/b1']).toBe(
      '<https://x.example/b1> <http://purl.org/dc/terms/isVersionOf> <https://x.example/b> .\n' +
        '<https://x.example/b1> <https://x.example/near> <https://x.example/a1> .\n',
    );
  });
});

describe('a member is refused that', () => {
  test.each([
    [
      'carries the stamp',
      'ex:a1 dct:isVersionOf ex:a ; prov:generatedAtTime "2026-01-01T00:00:00Z"^^xsd:dateTime .',
      'stamp-present',
    ],
    ['is a version of two things', 'ex:a1 dct:isVersionOf ex:a , ex:b .', 'no-version-of'],
    ['is a version of a text', 'ex:a1 dct:isVersionOf "a" .', 'no-version-of'],
    ['is a version of what has no name', 'ex:a1 dct:isVersionOf [] .', 'no-version-of'],
    [
      'speaks of a page of ours',
      `ex:a1 dct:isVersionOf ex:a ; ex:p <${STREAM}/by-page> . <${STREAM}/by-page> a ex:X .`,
      'our-own',
    ],
    ['has an address among our pages', `<${STREAM}#1> dct:isVersionOf ex:a .`, 'our-own'],
    ['is too large', `ex:a1 dct:isVersionOf ex:a ; ex:p "${'x'.repeat(5_000)}" .`, 'too-large'],
    [
      'is too large only when it is written out',
      `@prefix l: <https://x.example/${'l'.repeat(1_000)}> . ex:a1 dct:isVersionOf ex:a ; ex:p l:a, l:b, l:c, l:d .`,
      'too-large',
    ],
    ['has a name that is too long', `<https://x.example/${'l'.repeat(2_100)}> dct:isVersionOf ex:a .`, 'bad-term'],
    ['says something of a statement', 'ex:a1 dct:isVersionOf ex:a ; ex:p <<( ex:a ex:p ex:b )>> .', 'bad-term'],
    [
      'stands in a graph with another',
      'ex:g { ex:a1 dct:isVersionOf ex:a . ex:b1 dct:isVersionOf ex:b . }',
      'several-members',
    ],
    ['is no version', 'ex:a1 a ex:Place .', 'no-member'],
    ['is no version, in a graph', 'ex:a1 { ex:a1 a ex:Place . }', 'no-member'],
    ['has no name', '[] dct:isVersionOf ex:a .', 'no-member'],
  ])('%s', async (_, text, code) => {
    const [first] = await turtle(text);
    expect(first).toMatchObject({ kind: 'refused', code });
  });

  const dated = { ...RULES, timestampPredicate: 'https://x.example/at' };
  test.each([
    ['nothing', ''],
    ['a date', '; ex:at "2026-01-01"^^xsd:date'],
    ['no instant', '; ex:at "2026-13-01T00:00:00Z"^^xsd:dateTime'],
    ['two instants', '; ex:at "2026-01-01T00:00:00Z"^^xsd:dateTime , "2026-01-02T00:00:00Z"^^xsd:dateTime'],
    ['the text of one', '; ex:at "2026-01-01T00:00:00Z"'],
  ])('says %s where its stream asks for an instant', async (_, text) => {
    expect(await turtle(`ex:a1 dct:isVersionOf ex:a ${text} .`, dated)).toMatchObject([{ code: 'no-timestamp' }]);
  });

  const shared = Array.from(
    { length: 51 },
    (_, index) => `ex:a1 ex:p _:a${index} , _:b${index} . _:a${index} ex:q _:b${index} .`,
  );
  test.each([
    ['lead back to themselves', 'ex:a1 ex:p _:a . _:a ex:p _:b . _:b ex:p _:a .'],
    ['are their own part', 'ex:a1 ex:p _:a . _:a ex:p _:a .'],
    ['hang together in more ways than are followed', shared.join(' ')],
  ])('has blank nodes that %s, and the others are read', async (_, text) => {
    expect(
      await turtle(`ex:a1 dct:isVersionOf ex:a . ${text} ex:b1 dct:isVersionOf ex:b .`, {
        ...RULES,
        memberBytesMax: 50_000,
      }),
    ).toMatchObject([
      { iri: 'https://x.example/a1', code: 'entangled' },
      { kind: 'accepted', member: { iri: 'https://x.example/b1' } },
    ]);
  });
});

test('a member takes along what it leads to, up to another member, and says whom else it describes', async () => {
  const text = `ex:a1 dct:isVersionOf ex:a ; ex:at ex:place ; ex:before ex:a0 .
    ex:place ex:in [ ex:street "Markt" ] . ex:a0 dct:isVersionOf ex:a ; ex:free 3 .`;
  const [first, second, ...others] = await turtle(text);
  expect(others).toEqual([]);
  expect(first).toMatchObject({ describes: ['https://x.example/place'] });
  expect(second).toMatchObject({ describes: [] });
  const content = contentOf([first as ReadMember])['https://x.example/a1'];
  expect(content?.split('\n')).toHaveLength(6);
  expect(content).not.toContain('free');
});

test('what no member leads to is told, once', async () => {
  const members = await turtle('ex:a1 dct:isVersionOf ex:a . ex:b ex:p 1 . ex:c ex:p 2 .');
  expect(members).toMatchObject([
    { kind: 'accepted' },
    { iri: 'https://x.example/b', code: 'no-member', detail: expect.stringContaining('1 other subjects') },
  ]);
});

const TANGLED = 'ex:a1 ex:p _:x . ex:a1 ex:p _:y . _:x ex:q _:z . _:y ex:q _:z . _:y ex:q _:u . _:u ex:q _:z .';
const ALIKE =
  'ex:a1 ex:p _:x . _:x ex:q "1" . ex:a1 ex:p _:y . _:y ex:q "1" . _:y ex:q _:z . _:z ex:q "1" . ex:a1 ex:p _:u .';

describe('a digest does not depend on the order of statements or on the labels of blank nodes that', () => {
  const digestOf = async (text: string) =>
    (await turtle(text)).map((one) => (one.kind === 'accepted' ? one.member.digest : one.code));

  test.each([
    ['share others', TANGLED],
    ['are nested and look alike', ALIKE],
  ])('%s', async (_, text) => {
    const statements = ['ex:a1 dct:isVersionOf ex:a .', ...text.split(/(?<= \.) /)];
    const wanted = await digestOf(statements.join('\n'));
    expect(wanted).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const labels = ['x', 'y', 'z', 'u'];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(statements, { minLength: statements.length }),
        fc.shuffledSubarray(labels, { minLength: labels.length }),
        async (order, renamed) => {
          const said = order.join('\n').replace(/_:([xyzu])/g, (_, label) => `_:${renamed[labels.indexOf(label)]}`);
          expect(await digestOf(said)).toEqual(wanted);
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });

  test('say something else, though: then it is another', async () => {
    const said = `ex:a1 dct:isVersionOf ex:a . ${ALIKE}`;
    const digests = await Promise.all(
      [said, said.replace('_:z ex:q "1"', '_:z ex:q "2"'), said.replace('ex:p _:u', 'ex:p ex:u')].map(digestOf),
    );
    expect(new Set(digests.flat()).size).toBe(3);
  });
});
