import type { Triple } from '../../oslo/triple.ts';

/**
 * One way of writing triples down, ASCII only. A document is `start`, then blocks with `between` among them, then `end`;
 * blocks keep the order of their triples, so that readers of the TREE profile can work while they read.
 */
export interface Syntax {
  readonly name: 'n-triples' | 'turtle' | 'json-ld' | 'json-ld-line';
  readonly start: string;
  readonly between: string;
  readonly end: string;
  /** Triples as one or more blocks. A blank node is the object of exactly one triple in the same call. */
  blocks(triples: readonly Triple[]): string;
  /**
   * The same for triples of others: blank nodes may be shared, in circles or say nothing, and an IRI may look like one that
   * is shortened.
   */
  anyBlocks(triples: readonly Triple[]): string;
}
