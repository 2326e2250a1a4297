import { contentType, type RdfFormat } from '@meetbrug/protocols/ldes';
import type { KeptPage } from '../pages/page-file.ts';
import type { Encoding } from '../read/read-tasks.ts';
import { TREE_PROFILE } from './negotiate.ts';

/** A page with every header it goes out with. */
export interface ServedPage {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PageHeaders {
  readonly format: RdfFormat;
  readonly encoding: Encoding;
  readonly cacheControl: string;
}

/** Headers are made once, with the page: setting one on a finished response costs more than all of this. */
export function toServedPage({ body, etag }: KeptPage, { format, encoding, cacheControl }: PageHeaders): ServedPage {
  return {
    body,
    etag,
    headers: {
      'Content-Type': contentType(format),
      'Content-Length': String(body.length),
      ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
      ETag: etag,
      'Cache-Control': cacheControl,
      Vary: 'Accept, Accept-Encoding',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'ETag',
    },
  };
}

const profiled = new WeakMap<ServedPage, ServedPage>();

/** The same page for a reader who asked for the TREE profile: another media type, so another representation. */
export function withTreeProfile(page: ServedPage): ServedPage {
  const known = profiled.get(page);
  if (known !== undefined) return known;
  const etag = `${page.etag.slice(0, -1)}-tree"`;
  const type = `${page.headers['Content-Type']}; profile="${TREE_PROFILE}"`;
  const made = { body: page.body, etag, headers: { ...page.headers, 'Content-Type': type, ETag: etag } };
  profiled.set(page, made);
  return made;
}

/** Headers of a 304: those of the page without what describes a body (RFC 9110 section 15.4.5). */
export function notModifiedHeaders({ headers }: ServedPage): Record<string, string> {
  const { 'Content-Type': _type, 'Content-Length': _length, 'Content-Encoding': _encoding, ...rest } = headers;
  return rest;
}
