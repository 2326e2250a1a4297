import { compactIri, NAMESPACES, rdf, xsd } from '../../oslo/terms.ts';
import type { Iri, Literal } from '../../oslo/triple.ts';
import { escapeIri, escapeString } from './escape.ts';
import { type NestedObject, nestBlankNodes, type Statements, type SubjectBlock } from './nest-blank-nodes.ts';
import type { Syntax } from './syntax.ts';

function iriText(iri: Iri): string {
  return compactIri(iri) ?? `<${escapeIri(iri.value)}>`;
}

function literalText({ value, datatype, language }: Literal): string {
  const quoted = `"${escapeString(value)}"`;
  if (language !== undefined) return `${quoted}@${language}`;
  return datatype.value === xsd.string.value ? quoted : `${quoted}^^${iriText(datatype)}`;
}

function objectText(object: NestedObject): string {
  switch (object.kind) {
    case 'iri':
      return iriText(object);
    case 'literal':
      return literalText(object);
    case 'statements':
      return `[ ${statementsText(object, ' ; ')} ]`;
  }
}

function statementsText({ properties }: Statements, separator: string): string {
  return properties
    .map(({ predicate, objects }) => {
      const verb = predicate.value === rdf.type.value ? 'a' : iriText(predicate);
      return `${verb} ${objects.map(objectText).join(' , ')}`;
    })
    .join(separator);
}

function blockText({ subject, statements }: SubjectBlock): string {
  return `${iriText(subject)} ${statementsText(statements, ' ;\n  ')} .\n`;
}

/** RDF 1.1 Turtle, one block a run of triples of one subject, blank nodes nested. */
export const TURTLE: Syntax = {
  name: 'turtle',
  start: Object.entries(NAMESPACES)
    .map(([prefix, namespace]) => `@prefix ${prefix}: <${namespace}> .\n`)
    .join(''),
  between: '',
  end: '',
  blocks: (triples) => nestBlankNodes(triples).map(blockText).join(''),
};
