import { tree } from '../../oslo/terms.ts';
import type { Triple } from '../../oslo/triple.ts';
import { usedContext } from '../../oslo/used-context.ts';
import { expandedNodes } from './expanded-json-ld.ts';
import { JSON_LD } from './json-ld.ts';
import type { Syntax } from './syntax.ts';

/**
 * Each member as a JSON-LD 1.1 document of its own on one line, with those lines of the context that it uses, so that it
 * can be read without its page. That it is a member is said by where it comes from.
 */
export const JSON_LD_LINE: Syntax = {
  name: 'json-ld-line',
  start: '',
  between: '',
  end: '',
  blocks: lineOf,
  anyBlocks: (triples) => `{"@graph":[${expandedNodes(withoutMembership(triples)).split('\n').join('')}]}`,
};

function withoutMembership(triples: readonly Triple[]): Triple[] {
  return triples.filter(({ predicate }) => predicate.value !== tree.member.value);
}

function lineOf(triples: readonly Triple[]): string {
  // A line break in a value is an escape: those that are left stand between two blocks.
  const blocks = JSON_LD.blocks(withoutMembership(triples)).split('\n');
  const text = blocks.join('');
  const context = `"@context":${JSON.stringify(usedContext(text))}`;
  return blocks.length === 1 ? `{${context},${text.slice(1)}` : `{${context},"@graph":[${text}]}`;
}
