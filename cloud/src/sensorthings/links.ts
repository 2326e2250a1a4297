import type { Entity } from './entity.ts';
import type { RawOption } from './query-options.ts';
import { type SkipToken, writeSkipToken } from './skip-token.ts';

/** Path of the API below the public base URL. */
export const SENSORTHINGS_ROOT = '/sta/v1.1';

/** The address of an entity; ids that are text stand in quotes. */
export function selfLink(publicBaseUrl: string, { set, id }: Pick<Entity, 'set' | 'id'>): string {
  return `${publicBaseUrl}${SENSORTHINGS_ROOT}/${set}(${typeof id === 'string' ? `'${id}'` : id})`;
}

/** The next page of a collection: all its options but those that say where to begin, and the token. */
export function nextLink(collection: string, options: readonly RawOption[], token: SkipToken): string {
  const kept = options.filter(([name]) => name !== '$skip' && name !== '$skiptoken');
  const query = [...kept, ['$skiptoken', writeSkipToken(token)] as const];
  return `${collection}?${query.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&')}`;
}
