import { VOCABULARY_NAMESPACES } from '../../oslo/terms.ts';
import type { Triple } from '../../oslo/triple.ts';
import type { RdfFormat } from '../formats.ts';
import { jsonLdSyntax } from './json-ld.ts';
import { N_TRIPLES } from './n-triples.ts';
import type { Syntax } from './syntax.ts';
import { turtleSyntax } from './turtle.ts';

const TURTLE = turtleSyntax(VOCABULARY_NAMESPACES);
const SYNTAXES: Readonly<Record<RdfFormat, Syntax>> = {
  nquads: N_TRIPLES,
  ntriples: N_TRIPLES,
  turtle: TURTLE,
  trig: TURTLE,
  jsonld: jsonLdSyntax({
    document: { '@version': 1.1, ...VOCABULARY_NAMESPACES },
    namespaces: VOCABULARY_NAMESPACES,
    terms: new Map(),
  }),
};

/** A document of concepts or shapes, with prefixes for what those need beyond a page. ASCII only. */
export function writeVocabulary(format: RdfFormat, triples: readonly Triple[]): string {
  const { start, blocks, end } = SYNTAXES[format];
  return `${start}${blocks(triples)}${end}`;
}
