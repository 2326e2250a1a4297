import { compactIri, NAMESPACES, prefixesOf, rdf, xsd } from '../../oslo/terms.ts';
import type { Iri, Literal, Term } from '../../oslo/triple.ts';
import { escapeIri, escapeString } from './escape.ts';
import { type NestedObject, nestBlankNodes, type Statements, type SubjectBlock } from './nest-blank-nodes.ts';
import { nameOf, type SubjectRun, subjectRuns } from './subject-runs.ts';
import type { Syntax } from './syntax.ts';

/** RDF 1.1 Turtle, one block a run of triples of one subject, blank nodes nested, collections in parentheses. */
export function turtleSyntax(namespaces: Readonly<Record<string, string>>): Syntax {
  const prefixes = prefixesOf(namespaces);

  function iriText(iri: Iri): string {
    return compactIri(iri, prefixes) ?? `<${escapeIri(iri.value)}>`;
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
      case 'statements': {
        const items = collectionItems(object);
        return items === undefined ? `[ ${statementsText(object, ' ; ')} ]` : `( ${items.map(objectText).join(' ')} )`;
      }
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

  function termText(term: Term): string {
    switch (term.kind) {
      case 'iri':
        return iriText(term);
      case 'blank':
        return nameOf(term);
      case 'literal':
        return literalText(term);
    }
  }

  function runText({ subject, properties }: SubjectRun): string {
    const said = properties.map(({ predicate, objects }) => {
      const verb = predicate.value === rdf.type.value ? 'a' : iriText(predicate);
      return `${verb} ${objects.map(termText).join(' , ')}`;
    });
    return `${termText(subject)} ${said.join(' ;\n  ')} .\n`;
  }

  return {
    name: 'turtle',
    start: Object.entries(namespaces)
      .map(([prefix, namespace]) => `@prefix ${prefix}: <${namespace}> .\n`)
      .join(''),
    between: '',
    end: '',
    blocks: (triples) => nestBlankNodes(triples).map(blockText).join(''),
    anyBlocks: (triples) => subjectRuns(triples).map(runText).join(''),
  };
}

/** The items of an RDF collection; undefined when the statements are none. */
function collectionItems({ properties }: Statements): NestedObject[] | undefined {
  const [first, rest, ...others] = properties;
  if (first?.predicate.value !== rdf.first.value || rest?.predicate.value !== rdf.rest.value) return undefined;
  const [item, ...otherItems] = first.objects;
  const [tail, ...otherTails] = rest.objects;
  if (item === undefined || others.length + otherItems.length + otherTails.length > 0) return undefined;
  if (tail?.kind === 'iri' && tail.value === rdf.nil.value) return [item];
  const following = tail?.kind === 'statements' ? collectionItems(tail) : undefined;
  return following === undefined ? undefined : [item, ...following];
}

export const TURTLE: Syntax = turtleSyntax(NAMESPACES);
