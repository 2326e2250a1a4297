import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { STATEMENTS_MAX } from './parse-document.ts';
import type { RdfQuad, RdfTerm } from './rdf-quad.ts';

/** A member of a document with all statements that belong to it. */
export interface FoundMember {
  readonly iri: string;
  readonly quads: readonly RdfQuad[];
}

/** Statements that belong to no member: those of a graph, or those of the default graph that nothing leads to. */
export interface Unclaimed {
  readonly iri: string;
  readonly code: 'no-member' | 'several-members';
  readonly detail: string;
}

export interface FoundMembers {
  readonly members: readonly FoundMember[];
  readonly unclaimed: readonly Unclaimed[];
}

type BySubject = ReadonlyMap<string, readonly RdfQuad[]>;

/**
 * Finds the members of a document. A named graph is one member with all that is in it: the one that the graph is called
 * after, or the only subject in it that is a version of something. In the default graph every such subject is a member, with
 * what it leads to, through blank nodes and IRIs that the document describes, up to other members. A graph that is called
 * after a member of the default graph adds to it.
 *
 * @param versionOf IRI of the predicate that makes a subject a member
 */
export function findMembers(
  quads: readonly RdfQuad[],
  versionOf: string,
): Result<FoundMembers, Fault<'too-many-statements'>> {
  const graphs = Map.groupBy(quads, ({ graph }) => (graph.termType === 'DefaultGraph' ? '' : keyOf(graph)));
  const bySubject: BySubject = Map.groupBy(graphs.get('') ?? [], ({ subject }) => keyOf(subject));
  const members = new Map<string, RdfQuad[]>();
  const claimed = new Set<string>();
  let left = STATEMENTS_MAX;
  const names = versionsIn(graphs.get('') ?? [], versionOf);
  for (const name of names) {
    const own = claim(name, bySubject, names, claimed, left);
    left -= own.length;
    if (left < 0) return fail('too-many-statements', 'members share too much: send them in several requests');
    members.set(name, own);
  }
  const unclaimed: Unclaimed[] = [];
  for (const [name, inGraph] of graphs) {
    if (name === '') continue;
    const member = memberOfGraph(name, inGraph, members, versionOf);
    if (typeof member !== 'string') unclaimed.push(member);
    else members.set(member, [...(members.get(member) ?? []), ...inGraph]);
  }
  const lost = [...bySubject.keys()].filter((subject) => !claimed.has(subject));
  const [first] = lost;
  if (first !== undefined) {
    const others = lost.length === 1 ? '' : `, nor are ${lost.length - 1} other subjects`;
    const detail = `is no version by <${versionOf}>, and no member leads to it${others}`;
    unclaimed.push({ iri: first, code: 'no-member', detail });
  }
  return ok({ members: [...members].map(([iri, own]) => ({ iri, quads: own })), unclaimed });
}

/** All that a member says in the default graph; stops once it is more than may be left. */
function claim(
  name: string,
  bySubject: BySubject,
  members: ReadonlySet<string>,
  claimed: Set<string>,
  left: number,
): RdfQuad[] {
  const own: RdfQuad[] = [];
  const seen = new Set([name]);
  for (const subject of seen) {
    claimed.add(subject);
    for (const quad of bySubject.get(subject) ?? []) {
      own.push(quad);
      const object = keyOf(quad.object);
      if (quad.object.termType !== 'Literal' && bySubject.has(object) && !members.has(object)) seen.add(object);
    }
    if (own.length > left) break;
  }
  return own;
}

function memberOfGraph(
  name: string,
  quads: readonly RdfQuad[],
  known: ReadonlyMap<string, unknown>,
  versionOf: string,
): string | Unclaimed {
  const versions = versionsIn(quads, versionOf);
  if (known.has(name) || versions.has(name)) return name;
  const [only, second] = versions;
  if (only !== undefined && second === undefined) return only;
  return only === undefined
    ? { iri: name, code: 'no-member', detail: `nothing in this graph is a version by <${versionOf}>` }
    : { iri: name, code: 'several-members', detail: `this graph holds ${versions.size}: give each a graph of its own` };
}

/** The IRIs that are versions of something. */
function versionsIn(quads: readonly RdfQuad[], versionOf: string): ReadonlySet<string> {
  const of = quads.filter(
    ({ subject, predicate }) => predicate.value === versionOf && subject.termType === 'NamedNode',
  );
  return new Set(of.map(({ subject }) => subject.value));
}

/** A blank node and an IRI of the same spelling are two. */
export function keyOf({ termType, value }: RdfTerm): string {
  return termType === 'BlankNode' ? `_:${value}` : value;
}
