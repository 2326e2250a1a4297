import { rdf, xsd } from '../../oslo/terms.ts';
import type { Term, Triple } from '../../oslo/triple.ts';
import { escapeJson } from './escape.ts';
import { nameOf, type SubjectRun, subjectRuns } from './subject-runs.ts';

/**
 * Node objects in expanded form, one a run of triples of one subject, each without the context around it: there an IRI such
 * as `geo:51,3` would be taken for a shortened one.
 */
export function expandedNodes(triples: readonly Triple[]): string {
  return subjectRuns(triples).map(nodeText).join(',\n');
}

function nodeText({ subject, properties }: SubjectRun): string {
  return escapeJson({
    '@context': null,
    '@id': nameOf(subject),
    ...Object.fromEntries(properties.flatMap(({ predicate, objects }) => entriesOf(predicate.value, objects))),
  });
}

/** `@type` takes names only: a literal as the type of something, which RDF allows, stands under the predicate itself. */
function entriesOf(predicate: string, objects: readonly Term[]): [string, unknown][] {
  if (predicate !== rdf.type.value) return [[predicate, objects.map(objectJson)]];
  const names = objects.flatMap((object) => (object.kind === 'literal' ? [] : [nameOf(object)]));
  const literals = objects.filter(({ kind }) => kind === 'literal').map(objectJson);
  return [
    ...(names.length === 0 ? [] : [['@type', names] as [string, unknown]]),
    ...(literals.length === 0 ? [] : [[predicate, literals] as [string, unknown]]),
  ];
}

function objectJson(object: Term): Readonly<Record<string, string>> {
  if (object.kind !== 'literal') return { '@id': nameOf(object) };
  const { value, datatype, language } = object;
  if (language !== undefined) return { '@value': value, '@language': language };
  return datatype.value === xsd.string.value ? { '@value': value } : { '@value': value, '@type': datatype.value };
}
