import { Parser } from 'n3/lib/index.js';
import { describe, expect, it } from 'vitest';
import { readFeedPage } from './read-feed-page.ts';

const URL_OF_PAGE = 'https://data.example/meter/feed?page=3';
const STREAM = 'https://data.example/meter';
const PREFIXES = `
  @prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> . @prefix dcterms: <http://purl.org/dc/terms/> .
  @prefix ex: <https://data.example/ns#> . @prefix id: <https://data.example/id/> .`;

function read(trig: string, followIris = false) {
  const quads = new Parser({ format: 'application/trig', baseIRI: URL_OF_PAGE }).parse(`${PREFIXES}\n${trig}`);
  return readFeedPage(quads, { urls: [URL_OF_PAGE], stream: STREAM, followIris });
}

/** Predicates of a member, by which its quads are told apart here. */
function predicatesOf(trig: string, iri: string, followIris = false): string[] {
  const page = read(trig, followIris);
  if (!page.ok) throw new Error(page.fault.detail);
  const member = page.value.members.find((member) => member.iri === iri);
  return (member?.quads ?? []).map(({ predicate }) => predicate.value.replace(/^.*[#/]/, '')).sort();
}

describe('the relations of a page', () => {
  it('lead on, each address once, whatever their kind', () => {
    const page =
      read(`<> tree:relation [ a tree:GreaterThanOrEqualToRelation ; tree:node <?page=4> ; tree:path dcterms:created ; tree:value 1 ],
      [ a tree:LessThanRelation ; tree:node <?page=4> ], [ tree:node <other#part> ] .`);
    expect(page).toMatchObject({
      ok: true,
      value: { children: ['https://data.example/meter/feed?page=4', 'https://data.example/meter/other'] },
    });
  });
  it('are those of this page alone', () => {
    const page = read('<> tree:relation [ tree:node <?page=4> ] . <?page=9> tree:relation [ tree:node <?page=10> ] .');
    expect(page).toMatchObject({ ok: true, value: { children: ['https://data.example/meter/feed?page=4'] } });
  });
  it.each([
    ['other-page', '<http://internal:8080/feed> tree:relation [ tree:node <http://internal:8080/feed?page=2> ] .'],
    ['bad-relation', '<> tree:relation [ a tree:Relation ] .'],
    ['bad-relation', '<> tree:relation [ tree:node "page 4" ] .'],
    ['bad-relation', '<> tree:relation [ tree:node <file:///etc/passwd> ] .'],
    ['bad-relation', '<> tree:relation [ tree:node <https://me:secret@data.example/> ] .'],
  ])('are never passed over in silence: %s', (code, trig) => {
    expect(read(trig)).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('a member of a page', () => {
  const RESULT = `<${STREAM}> tree:member id:1 .
    id:1 dcterms:isVersionOf id:thing ; ex:result [ ex:value 12.5 ; ex:unit [ ex:symbol "m" ] ] ; ex:sensor id:sensor .
    id:sensor ex:label "S" . id:other ex:unrelated true .`;

  it('has what is said of it and of its blank nodes', () => {
    expect(predicatesOf(RESULT, 'https://data.example/id/1')).toEqual([
      'isVersionOf',
      'result',
      'sensor',
      'symbol',
      'unit',
      'value',
    ]);
  });
  it('has what is said of the IRIs that it refers to only where that is asked for', () => {
    expect(predicatesOf(RESULT, 'https://data.example/id/1', true)).toContain('label');
    expect(predicatesOf(RESULT, 'https://data.example/id/1', true)).not.toContain('unrelated');
  });
  it('never takes another member along, nor the feed', () => {
    const trig = `<${STREAM}> tree:member id:1, id:2 ; ex:about "feed" . id:1 ex:next id:2, <${STREAM}>, <> . id:2 ex:two true . <> ex:page 3 .`;
    expect(predicatesOf(trig, 'https://data.example/id/1', true)).toEqual(['next', 'next', 'next']);
  });
  it('has what stands in the graph of its name', () => {
    const trig = `<${STREAM}> tree:member id:1 . id:1 dcterms:isVersionOf id:thing .
      id:1 { id:thing ex:reading [ ex:value 12.9 ] } id:2 { id:thing ex:foreign true }`;
    expect(predicatesOf(trig, 'https://data.example/id/1')).toEqual(['isVersionOf', 'reading', 'value']);
  });
  it('without an IRI is counted, since nobody could know it again', () => {
    expect(read(`<${STREAM}> tree:member [ ex:value 1 ], id:1 .`)).toMatchObject({
      ok: true,
      value: { nameless: 1, members: [{ iri: 'https://data.example/id/1' }] },
    });
  });
  it('of another stream alone refuses the page: what is missing would not show', () => {
    expect(read('<http://internal/meter> tree:member id:1 .')).toMatchObject({
      ok: false,
      fault: { code: 'other-stream' },
    });
  });
});

describe('a page that never changes', () => {
  it.each([
    ['says so', '<> ldes:immutable true .', true],
    ['says so in the other spelling', '<> ldes:immutable "1"^^<http://www.w3.org/2001/XMLSchema#boolean> .', true],
    ['says so of another', '<?page=2> ldes:immutable true .', false],
    ['says that it does', '<> ldes:immutable false .', false],
  ])('%s', (_, trig, immutable) => {
    expect(read(trig)).toMatchObject({ ok: true, value: { immutable } });
  });
});
