import { xsd } from '@meetbrug/protocols/oslo';
import type { RdfTerm } from './rdf-quad.ts';

const IRI_LENGTH_MAX = 2_048;
const ABSOLUTE_IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\p{Cc} <>"{}|^`\\]*$/u;
const LANGUAGE = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/;
const SPECIAL = /["\\\p{Cc}]/gu;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** Whether a text is an IRI that can be published as it is: absolute, without characters that none may hold, not too long. */
export function isAbsoluteIri(text: string): boolean {
  return text.length <= IRI_LENGTH_MAX && text.isWellFormed() && ABSOLUTE_IRI.test(text);
}

/**
 * A term in canonical N-Triples, as RDFC-1.0 writes it, with language tags in lower case; undefined for one that no
 * RDF 1.1 document holds.
 *
 * @param labelOf the label of a blank node, by the one that its document gave it
 */
export function termText(term: RdfTerm, labelOf: (label: string) => string): string | undefined {
  switch (term.termType) {
    case 'NamedNode':
      return isAbsoluteIri(term.value) ? `<${term.value}>` : undefined;
    case 'BlankNode':
      return `_:${labelOf(term.value)}`;
    case 'Literal':
      return literalText(term);
    default:
      return undefined;
  }
}

function literalText({ value, datatype, language, direction }: RdfTerm): string | undefined {
  if (!value.isWellFormed() || direction) return undefined;
  const quoted = `"${value.replace(SPECIAL, escapeCharacter)}"`;
  if (language) return LANGUAGE.test(language) ? `${quoted}@${language.toLowerCase()}` : undefined;
  if (datatype === undefined || datatype.value === xsd.string.value) return quoted;
  return isAbsoluteIri(datatype.value) ? `${quoted}^^<${datatype.value}>` : undefined;
}

/** Controls above U+007F stand as they are. */
function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code > 0x7f) return character;
  return SHORT[character] ?? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
