import { FIRST_MEMBER, INDEX_0, INDEX_1, PAGE_0, PAGE_1, PAGE_2, ROOT } from './documents.ts';
import { add, all, atSecondVisit, drop, EVERYWHERE, header, type Mutant, status, swap } from './mutation.ts';

const LDES = 'https://w3id.org/ldes#';
const TREE = 'https://w3id.org/tree#';
const XSD = 'http://www.w3.org/2001/XMLSchema#';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const HYDRA = 'http://www.w3.org/ns/hydra/core#';
const STAMP = '<http://www.w3.org/ns/prov#generatedAtTime>';
const MEMBERS = /\/page\/\d+$/;

/** A plain link from one page to another. */
const link = (where: RegExp, from: string, to: string) =>
  add(where, (iri) => [
    `${iri(from)} <${TREE}relation> _:added`,
    `_:added <${RDF}type> <${TREE}Relation>`,
    `_:added <${TREE}node> ${iri(to)}`,
  ]);

/** A member that comes at the second visit. */
const laterMember = (where: RegExp, stamp: string) =>
  atSecondVisit(
    add(where, (iri) => [
      `${iri('')} <${TREE}member> <urn:added>`,
      `<urn:added> ${STAMP} "${stamp}"^^<${XSD}dateTime>`,
    ]),
  );

const form = (...statements: readonly string[]) =>
  add(ROOT, (iri) => [
    `${iri('/by-page')} <${TREE}search> _:form`,
    ...statements,
    `_:form <${HYDRA}mapping> _:mapping`,
    `_:mapping <${HYDRA}property> <${TREE}timeQuery>`,
  ]);

const remain = (count: string) => add(ROOT, () => [`_:r0f <${TREE}remainingItems> ${count}`]);

/** A page that is left out of the tree at the second visit and answers this from then on. */
const leave = (code: number) =>
  atSecondVisit(
    all(
      drop(INDEX_0, /_:r0[fu]/),
      status(PAGE_0, code),
      header(PAGE_0, 'location', () => '/'),
    ),
  );

/** A server that breaks it, for each rule about the tree, what is immutable, and growth. */
export const TREE_MUTANTS: Readonly<Record<string, Mutant>> = {
  'every page says that it is a tree:Node': { broken: drop(PAGE_0, /tree#Node>/) },
  'every relation has a class of the TREE vocabulary': {
    broken: swap(ROOT, 'tree#GreaterThanOrEqualToRelation', 'tree#SoonerRelation'),
  },
  'every relation has one tree:node, an IRI': { broken: swap(ROOT, /(_:r0f <[^>]*#node>) <[^>]+>/g, '$1 "page"') },
  'a relation that compares has one tree:path and one tree:value': { broken: drop(ROOT, /^_:r0f .*tree#value>/) },
  'the value of a relation is of a kind that its class compares': {
    broken: swap(ROOT, /(_:r0f <[^>]*#value>) .*\./g, `$1 "true"^^<${XSD}boolean> .`),
  },
  'the path of a relation is an IRI or an rdf:List of IRIs': {
    broken: swap(ROOT, /(_:r0f <[^>]*tree#path>) <[^>]+>/g, '$1 "stamp"'),
  },
  'every member below a relation satisfies it': {
    broken: swap(ROOT, /(_:r0u <[^>]*#value>) "[^"]+"/g, '$1 "2020-01-01T00:00:00Z"'),
  },
  'the path of a geospatial relation reaches a geo:wktLiteral on every member below': {
    view: 'by-location',
    broken: drop(MEMBERS, /#asWKT>/),
  },
  'every page but the root has one parent': { broken: link(ROOT, '/by-page', '/by-page/page/0') },
  'no page can be reached from itself': { broken: link(PAGE_2, '/by-page/page/2', '/by-page/index/1/1') },
  'tree:remainingItems is a count': {
    sound: remain(`"4"^^<${XSD}integer>`),
    broken: remain('"many"'),
  },
  'a finished page that is linked by a window of time has both bounds': { broken: drop(INDEX_0, /_:r0u/) },
  'a bound on the timestamp has exactly ldes:timestampPath as its path': {
    broken: all(
      swap(ROOT, /(_:r0f <[^>]*tree#path>) <[^>]+>/g, '$1 _:path'),
      add(ROOT, () => [`_:path <${RDF}first> ${STAMP}`, `_:path <${RDF}rest> <${RDF}nil>`]),
    ),
  },
  'a search form is a hydra:IriTemplate that maps tiles or a time': {
    sound: form(`_:form <${HYDRA}template> "https://data.example/{?instant}"`),
    broken: form(),
  },
  'ldes:immutable is never false': {
    broken: add(PAGE_2, (iri) => [`${iri('/by-page/page/2')} <${LDES}immutable> "false"^^<${XSD}boolean>`]),
  },
  'a page that is immutable by its header says so in the document': { broken: drop(PAGE_0, /ldes#immutable>/) },
  'a page that is immutable by its document says so in Cache-Control': {
    broken: header(PAGE_0, 'cache-control', () => 'public, max-age=604800'),
  },
  'no page that can still change hangs below an immutable one': {
    broken: header(INDEX_1, 'cache-control', () => 'public, max-age=604800, immutable'),
  },
  'a page that compares by another path than the timestamp says something of that path, and nothing of the timestamp': {
    view: 'by-time',
    broken: drop(EVERYWHERE, /rdf-syntax-ns#Property>/),
  },
  'no member is added with a timestamp before the latest one published': {
    sound: laterMember(PAGE_2, '2100-01-01T00:00:00Z'),
    broken: laterMember(PAGE_2, '2020-01-01T00:00:00Z'),
  },
  'a member never changes': { broken: atSecondVisit(swap(PAGE_0, '"10.5"', '"99.5"')) },
  'a member leaves a view only as its declared retention allows': {
    broken: atSecondVisit(drop(PAGE_0, /tree#member>/)),
  },
  'the IRI of the root node goes on answering': { broken: atSecondVisit(status(ROOT, 404)) },
  'the URL of a page that has left the tree answers 200, 410 or a redirect': { sound: leave(307), broken: leave(404) },
  'a member that is to stand on several pages appears on all of them at once': {
    broken: atSecondVisit(add(PAGE_1, (iri) => [`${iri('')} <${TREE}member> ${iri(FIRST_MEMBER)}`])),
  },
  'an immutable page gets no member and no relation any more': { broken: laterMember(PAGE_0, '2100-01-01T00:00:00Z') },
  'what is new is found by a reader who never comes back to an immutable page': {
    sound: laterMember(PAGE_2, '2100-01-01T00:00:00Z'),
    broken: laterMember(PAGE_0, '2100-01-01T00:00:00Z'),
  },
};
