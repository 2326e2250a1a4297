import type { RdfFormat } from '@meetbrug/protocols/ldes';
import { parseAccept } from 'hono/utils/accept';
import { negotiateFormat } from './negotiate.ts';

export type Representation = RdfFormat | 'html';

const HTML_TYPES = ['text/html', 'application/xhtml+xml'];
const HEADER_LENGTH_MAX = 2_000;

/**
 * A page for those who name HTML and like no RDF format better, as browsers do; RDF as the feeds have it for everyone
 * else. Undefined when the header likes neither.
 */
export function negotiateRepresentation(accept: string | undefined): Representation | undefined {
  const accepted = parseAccept((accept ?? '').slice(0, HEADER_LENGTH_MAX)).map(({ type, q }) => ({
    type: type.toLowerCase(),
    quality: q,
  }));
  if (accepted.length === 0) return negotiateFormat(undefined);
  const others = accepted.filter(({ type }) => !HTML_TYPES.includes(type));
  const html = Math.max(0, ...accepted.filter(({ type }) => HTML_TYPES.includes(type)).map(({ quality }) => quality));
  const named = others.filter(({ type }) => !type.includes('*') && negotiateFormat(type) !== undefined);
  if (html > 0 && named.every(({ quality }) => quality <= html)) return 'html';
  const rest = others.map(({ type, quality }) => `${type};q=${quality}`);
  return rest.length === 0 ? undefined : negotiateFormat(rest.join(','));
}
