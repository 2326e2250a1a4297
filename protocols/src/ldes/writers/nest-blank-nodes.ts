import type { Iri, Literal, Term, Triple } from '../../oslo/triple.ts';

/** What is said of something, objects gathered by predicate; blank objects are nested where they occur. */
export interface Statements {
  readonly kind: 'statements';
  readonly properties: readonly { readonly predicate: Iri; readonly objects: readonly NestedObject[] }[];
}
export type NestedObject = Iri | Literal | Statements;

export interface SubjectBlock {
  readonly subject: Iri;
  readonly statements: Statements;
}

/**
 * One block for each run of triples of one IRI, in order, with what is said of its blank nodes inside. Throws for a blank
 * node that is the object of more than one triple, or of none: those cannot be nested.
 */
export function nestBlankNodes(triples: readonly Triple[]): SubjectBlock[] {
  const ofBlank = new Map<string, Triple[]>();
  const runs: { subject: Iri; triples: Triple[] }[] = [];
  for (const triple of triples) {
    const { subject } = triple;
    if (subject.kind === 'blank') {
      const known = ofBlank.get(subject.label);
      if (known === undefined) ofBlank.set(subject.label, [triple]);
      else known.push(triple);
    } else {
      const run = runs.at(-1);
      if (run?.subject.value === subject.value) run.triples.push(triple);
      else runs.push({ subject, triples: [triple] });
    }
  }
  const nest = (object: Term): NestedObject => {
    if (object.kind !== 'blank') return object;
    const inner = ofBlank.get(object.label);
    if (inner === undefined) throw new Error(`blank node ${object.label} is shared or says nothing`);
    ofBlank.delete(object.label);
    return gather(inner, nest);
  };
  const blocks = runs.map((run) => ({ subject: run.subject, statements: gather(run.triples, nest) }));
  if (ofBlank.size > 0) throw new Error(`blank node ${[...ofBlank.keys()][0]} belongs to no subject`);
  return blocks;
}

function gather(triples: readonly Triple[], nest: (object: Term) => NestedObject): Statements {
  const properties = new Map<string, { predicate: Iri; objects: NestedObject[] }>();
  for (const { predicate, object } of triples) {
    const known = properties.get(predicate.value);
    if (known === undefined) properties.set(predicate.value, { predicate, objects: [nest(object)] });
    else known.objects.push(nest(object));
  }
  return { kind: 'statements', properties: [...properties.values()] };
}
