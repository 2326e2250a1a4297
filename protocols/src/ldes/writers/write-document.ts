import type { Triple } from '../../oslo/triple.ts';
import type { RdfFormat } from '../formats.ts';
import { JSON_LD } from './json-ld.ts';
import { N_TRIPLES } from './n-triples.ts';
import type { Syntax } from './syntax.ts';
import { TURTLE } from './turtle.ts';

/** Everything is in the default graph, so N-Triples serves N-Quads and Turtle serves TriG. */
export const SYNTAXES: Readonly<Record<RdfFormat, Syntax>> = {
  nquads: N_TRIPLES,
  ntriples: N_TRIPLES,
  turtle: TURTLE,
  trig: TURTLE,
  jsonld: JSON_LD,
};

/** A whole document with the given triples, in their order. ASCII only. */
export function writeDocument(format: RdfFormat, triples: readonly Triple[]): string {
  const { start, blocks, end } = SYNTAXES[format];
  return `${start}${blocks(triples)}${end}`;
}
