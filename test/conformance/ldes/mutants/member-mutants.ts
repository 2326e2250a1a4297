import { FIRST_MEMBER, PAGE_0, PAGE_1, PAGE_2, ROOT, SECOND_MEMBER } from './documents.ts';
import { add, drop, EVERYWHERE, edit, header, type Mutant, status, swap } from './mutation.ts';

const TREE = 'https://w3id.org/tree#';
const TOO_MANY = 1_001;

/** Each line of the text in another place. */
const reorder = (change: (lines: readonly string[]) => readonly string[]) =>
  edit(PAGE_0, (text) => `${change(text.split('\n').filter((line) => line !== '')).join('\n')}\n`);

/** Lets the second of two objects of a predicate be the first. */
function shareFirst(text: string, predicate: string): string {
  const objects = [...text.matchAll(new RegExp(`${predicate}> (_:\\w+)`, 'g'))].map(([, label = '']) => label);
  return text.replace(`${predicate}> ${objects[1]} `, `${predicate}> ${objects[0]} `);
}

/** A server that breaks it, for each rule about members, the profile and the checklist. */
export const MEMBER_MUTANTS: Readonly<Record<string, Mutant>> = {
  'every member is an IRI': { broken: swap(PAGE_0, /(tree#member>) <[^>]+#1>/g, '$1 _:nameless') },
  'every member is described on its page': {
    broken: add(PAGE_0, (iri) => [`${iri('')} <${TREE}member> <urn:elsewhere>`]),
  },
  'no blank node is shared by two members': { broken: edit(PAGE_0, (text) => shareFirst(text, 'hasResult')) },
  'every statement of a page is hypermedia or belongs to a member by blank nodes alone': {
    broken: add(PAGE_0, () => ['<urn:loose> <urn:says> "something"']),
  },
  'nothing is said of the thing that a member is a version of, outside a named graph': {
    broken: edit(PAGE_0, (text) => `${text}${/isVersionOf> (<[^>]+>)/.exec(text)?.[1]} <urn:says> "something" .\n`),
  },
  'timestamp and versionOf stand directly on the member, once each': {
    broken: edit(PAGE_0, (text) => `${text}${/^.*#generatedAtTime> "/m.exec(text)?.[0]}2100-01-01T00:00:00Z" .\n`),
  },
  'a named graph is that of a member of the page or of a blank node of it': {
    broken: add(PAGE_0, () => ['<urn:loose> <urn:says> "something" <urn:graph>']),
  },
  'every member conforms to the shape that its stream carries': { broken: drop(PAGE_0, /\/resultTime>/) },
  'no member of a page refers to another of the same page': {
    broken: add(PAGE_0, (iri) => [`${iri(FIRST_MEMBER)} <urn:before> ${iri(SECOND_MEMBER)}`]),
  },
  'a member stands once in a view': {
    broken: add(PAGE_1, (iri) => [`${iri('')} <${TREE}member> ${iri(FIRST_MEMBER)}`]),
  },
  'the TREE profile is announced to a reader who asks for it': {
    broken: header(EVERYWHERE, 'content-type', (type) => type.replace(/; profile=.*/, '')),
  },
  'a document with the TREE profile has each member in one block, behind its tree:member': {
    broken: reorder((lines) => [...lines.slice(-1), ...lines.slice(0, -1)]),
  },
  'a document with the TREE profile has its hypermedia first': {
    broken: reorder((lines) => [...lines.slice(1), ...lines.slice(0, 1)]),
  },
  'the members of a document with the TREE profile are in the order of their timestamps': {
    broken: edit(PAGE_0, (text) => text.replace(/(#generatedAtTime>) "[^"]+"/, '$1 "2100-01-01T00:00:00Z"')),
  },
  'the relations of a page are those of the URL that it answered at': {
    broken: swap(ROOT, '/by-page> <https://w3id.org/tree#relation>', '/by-page/> <https://w3id.org/tree#relation>'),
  },
  'every page says something of the URL that it answered at': { broken: swap(PAGE_0, '/page/0>', '/page/0/>') },
  'no document has more than one tree:view': {
    broken: add(PAGE_0, (iri) => ['/by-page', '/by-time'].map((view) => `${iri('')} <${TREE}view> ${iri(view)}`)),
  },
  'every tree:member is of the one stream': {
    broken: swap(
      PAGE_0,
      '/heat-stress> <https://w3id.org/tree#member>',
      '/heat-stress/> <https://w3id.org/tree#member>',
    ),
  },
  'the root node has a tree:viewDescription': { broken: drop(ROOT, /tree#viewDescription>/) },
  'ldes:timestampPath and ldes:versionOfPath are there, as plain IRIs': { broken: drop(ROOT, /#versionOfPath>/) },
  'a page has a few hundred members, a thousand at most': {
    broken: add(PAGE_2, (iri) =>
      Array.from({ length: TOO_MANY }, (_, n) => `${iri('')} <${TREE}member> <urn:member:${n}>`),
    ),
  },
  'every link that a page publishes answers with a page': { broken: status(PAGE_0, 410) },
};
