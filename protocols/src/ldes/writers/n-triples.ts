import { xsd } from '../../oslo/terms.ts';
import type { Term, Triple } from '../../oslo/triple.ts';
import { escapeIri, escapeString } from './escape.ts';
import type { Syntax } from './syntax.ts';

function term(value: Term): string {
  switch (value.kind) {
    case 'iri':
      return `<${escapeIri(value.value)}>`;
    case 'blank':
      return `_:${value.label}`;
    case 'literal': {
      const quoted = `"${escapeString(value.value)}"`;
      if (value.language !== undefined) return `${quoted}@${value.language}`;
      return value.datatype.value === xsd.string.value ? quoted : `${quoted}^^${term(value.datatype)}`;
    }
  }
}

const lines = (triples: readonly Triple[]) =>
  triples.map(({ subject, predicate, object }) => `${term(subject)} ${term(predicate)} ${term(object)} .\n`).join('');

/** RDF 1.1 N-Triples, one block a triple. */
export const N_TRIPLES: Syntax = {
  name: 'n-triples',
  start: '',
  between: '',
  end: '',
  blocks: lines,
  anyBlocks: lines,
};
