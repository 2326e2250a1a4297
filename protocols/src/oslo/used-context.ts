import { JSON_LD_CONTEXT } from './json-ld-context.ts';

/** Those lines of the context whose terms and prefixes occur in the text of a node; one that occurs only as a value does no harm. */
export function usedContext(nodeText: string): Readonly<Record<string, unknown>> {
  const isUsed = (term: string) => nodeText.includes(`"${term}"`) || nodeText.includes(`"${term}:`);
  return Object.fromEntries(Object.entries(JSON_LD_CONTEXT).filter(([term]) => term.startsWith('@') || isUsed(term)));
}
