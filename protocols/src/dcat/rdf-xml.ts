import { type NestedObject, nestBlankNodes, type Statements } from '../ldes/writers/nest-blank-nodes.ts';
import { compactIri, type Prefixes, prefixesOf, xsd } from '../oslo/terms.ts';
import type { Iri, Triple } from '../oslo/triple.ts';

/** Characters that XML 1.0 cannot hold, not even by number. */
const NOT_IN_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
/** What has a meaning in markup, what a parser would change (a carriage return), and what is not ASCII. */
const WRITTEN_BY_NUMBER = /[&<>"'\r]|[^\t\n -~]/gu;

function escapeXml(text: string): string {
  return text
    .replace(NOT_IN_XML, '\ufffd')
    .replace(WRITTEN_BY_NUMBER, (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()};`);
}

/**
 * RDF 1.1 XML, ASCII, for old harvesters. Blank nodes are nested where they occur. A literal keeps its text, but for
 * characters that XML cannot hold: they become U+FFFD.
 * @param namespaces by prefix; a predicate in none of them is an error, because XML cannot write it
 */
export function writeRdfXml(triples: readonly Triple[], namespaces: Readonly<Record<string, string>>): string {
  const prefixes = prefixesOf(namespaces);
  const declarations = Object.entries(namespaces).map(([prefix, iri]) => `  xmlns:${prefix}="${escapeXml(iri)}"`);
  const blocks = nestBlankNodes(triples).map(
    ({ subject, statements }) =>
      `  <rdf:Description rdf:about="${escapeXml(subject.value)}">\n${properties(statements, prefixes, '    ')}  </rdf:Description>\n`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF\n${declarations.join('\n')}>\n${blocks.join('')}</rdf:RDF>\n`;
}

function properties({ properties: said }: Statements, prefixes: Prefixes, indent: string): string {
  return said
    .flatMap(({ predicate, objects }) => {
      const name = elementName(predicate, prefixes);
      return objects.map((object) => `${indent}${element(name, object, prefixes, indent)}\n`);
    })
    .join('');
}

function elementName(predicate: Iri, prefixes: Prefixes): string {
  const name = compactIri(predicate, prefixes);
  if (name === undefined) throw new Error(`no namespace for ${predicate.value}`);
  return name;
}

function element(name: string, object: NestedObject, prefixes: Prefixes, indent: string): string {
  switch (object.kind) {
    case 'iri':
      return `<${name} rdf:resource="${escapeXml(object.value)}"/>`;
    case 'literal': {
      const { value, datatype, language } = object;
      const typed = datatype.value === xsd.string.value ? '' : ` rdf:datatype="${escapeXml(datatype.value)}"`;
      const attribute = language === undefined ? typed : ` xml:lang="${escapeXml(language)}"`;
      return `<${name}${attribute}>${escapeXml(value)}</${name}>`;
    }
    case 'statements': {
      const inner = properties(object, prefixes, `${indent}    `);
      return `<${name}>\n${indent}  <rdf:Description>\n${inner}${indent}  </rdf:Description>\n${indent}</${name}>`;
    }
  }
}
