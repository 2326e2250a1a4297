import { CONTEXT_TERMS, type ContextTerm, JSON_LD_CONTEXT } from '../../oslo/json-ld-context.ts';
import { compactIri, NAMESPACES, prefixesOf, rdf, xsd } from '../../oslo/terms.ts';
import type { Iri, Literal } from '../../oslo/triple.ts';
import { escapeJson } from './escape.ts';
import { expandedNodes } from './expanded-json-ld.ts';
import { type NestedObject, nestBlankNodes, type Statements, type SubjectBlock } from './nest-blank-nodes.ts';
import type { Syntax } from './syntax.ts';

type Json = string | readonly Json[] | { readonly [key: string]: Json };

interface JsonLdContext {
  /** The value of `@context`, with a prefix for each namespace. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly namespaces: Readonly<Record<string, string>>;
  /** Terms by predicate IRI; a predicate without one is compacted. */
  readonly terms: ReadonlyMap<string, ContextTerm>;
}

/** `rdf:type` has a keyword, whose values are names and not node objects. */
const TYPE: ContextTerm = { term: '@type', type: '@id' };

/** JSON-LD 1.1 with the context embedded, one node object a run of triples of one subject, blank nodes nested. */
export function jsonLdSyntax({ document, namespaces, terms }: JsonLdContext): Syntax {
  const prefixes = prefixesOf(namespaces);

  function iriText(iri: Iri): string {
    return compactIri(iri, prefixes) ?? iri.value;
  }

  function literalJson({ value, datatype, language }: Literal, type: ContextTerm['type']): Json {
    if (language !== undefined) return { '@value': value, '@language': language };
    if (type !== undefined && type !== '@id' && type.value === datatype.value) return value;
    if (datatype.value !== xsd.string.value) return { '@value': value, '@type': iriText(datatype) };
    return type === undefined ? value : { '@value': value };
  }

  function objectJson(object: NestedObject, type: ContextTerm['type']): Json {
    switch (object.kind) {
      case 'iri':
        return type === '@id' ? iriText(object) : { '@id': iriText(object) };
      case 'literal':
        return literalJson(object, type);
      case 'statements':
        return Object.fromEntries(entries(object));
    }
  }

  function entries({ properties }: Statements): [string, Json][] {
    return properties.map(({ predicate, objects }) => {
      const { term, type } =
        predicate.value === rdf.type.value ? TYPE : (terms.get(predicate.value) ?? { term: iriText(predicate) });
      const values = objects.map((object) => objectJson(object, type));
      const [first] = values;
      return [term, first !== undefined && values.length === 1 ? first : values];
    });
  }

  function blockJson({ subject, statements }: SubjectBlock): string {
    return escapeJson(Object.fromEntries([['@id', subject.value], ...entries(statements)]));
  }

  return {
    name: 'json-ld',
    start: `{"@context":${escapeJson(document)},\n"@graph":[\n`,
    between: ',\n',
    end: '\n]}\n',
    blocks: (triples) => nestBlankNodes(triples).map(blockJson).join(',\n'),
    anyBlocks: expandedNodes,
  };
}

export const JSON_LD: Syntax = jsonLdSyntax({
  document: JSON_LD_CONTEXT,
  namespaces: NAMESPACES,
  terms: CONTEXT_TERMS,
});
