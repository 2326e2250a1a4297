import type { Blank, Iri, Term, Triple } from '../../oslo/triple.ts';

/** Triples of one subject that stand together, objects gathered by predicate, nothing nested. */
export interface SubjectRun {
  readonly subject: Iri | Blank;
  readonly properties: readonly { readonly predicate: Iri; readonly objects: readonly Term[] }[];
}

/** One run for each stretch of triples of one subject, in order. */
export function subjectRuns(triples: readonly Triple[]): SubjectRun[] {
  const runs: { subject: Iri | Blank; properties: Map<string, { predicate: Iri; objects: Term[] }> }[] = [];
  for (const { subject, predicate, object } of triples) {
    let run = runs.at(-1);
    if (run === undefined || !isSame(run.subject, subject)) {
      run = { subject, properties: new Map() };
      runs.push(run);
    }
    const known = run.properties.get(predicate.value);
    if (known === undefined) run.properties.set(predicate.value, { predicate, objects: [object] });
    else known.objects.push(object);
  }
  return runs.map(({ subject, properties }) => ({ subject, properties: [...properties.values()] }));
}

function isSame(a: Iri | Blank, b: Iri | Blank): boolean {
  return nameOf(a) === nameOf(b);
}

/** A blank node as N-Triples, Turtle and JSON-LD name it; an IRI as it is. */
export function nameOf(node: Iri | Blank): string {
  return node.kind === 'iri' ? node.value : `_:${node.label}`;
}
