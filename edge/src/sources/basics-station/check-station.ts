import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { routerEui } from '@meetbrug/protocols/uplinks';

const DATA_PATH = /^\/gateway\/([0-9A-Fa-f:-]{1,40})$/;

/** Where a station comes to: to ask where to go, or, as itself, with its frames. */
export type StationRoute = { readonly kind: 'router-info' } | { readonly kind: 'data'; readonly gateway: string };

/** The route of a request; undefined for a path that nothing is at. */
export function stationRoute(url: string | undefined): StationRoute | undefined {
  const [path = ''] = (url ?? '').split('?');
  if (path === '/router-info') return { kind: 'router-info' };
  const named = DATA_PATH.exec(path)?.[1];
  const gateway = named === undefined ? undefined : routerEui(named);
  return gateway === undefined ? undefined : { kind: 'data', gateway };
}

/** Whether a request carries the token; every request does where none is asked for. Compared in constant time. */
export function hasToken({ headers }: Pick<IncomingMessage, 'headers'>, token: string | undefined): boolean {
  if (token === undefined) return true;
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));
}
