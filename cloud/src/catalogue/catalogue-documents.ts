import { type CatalogueFormat, catalogueContentType } from '@meetbrug/protocols/dcat';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import type { ReadScope } from '../access/read-scope.ts';
import { createByteBoundedCache } from '../http/byte-bounded-cache.ts';
import type { ServedPage } from '../http/served-page.ts';
import type { ReadFaultCode, ReadPool } from '../read/read-pool.ts';
import type { CataloguePage, Encoding } from '../read/read-tasks.ts';
import type { PlannedCatalogue } from './plan-catalogue.ts';

/** How long one that was made is given to everyone: it says when its data last changed, and that is all the time. */
const KEPT_MS = 60_000;
/** Bytes kept, of all formats and encodings; with a thousand organisations one is some 40 MB. The oldest go. */
const KEPT_BYTES_MAX = 268_435_456;

export type CatalogueResult = Result<ServedPage, Fault<ReadFaultCode>>;

export interface CatalogueDocuments {
  load(format: CatalogueFormat, encoding: Encoding): Promise<CatalogueResult>;
}

/**
 * The catalogue's documents, each made again when it is a minute old, once for all who wait for it: the same for everybody.
 * @param plan what is to be in it now
 */
export function createCatalogueDocuments(
  plan: () => PlannedCatalogue,
  readers: Pick<ReadPool, 'run'>,
  everybody: ReadScope,
  nowMs: () => number,
): CatalogueDocuments {
  const kept = createByteBoundedCache<{ readonly sinceMs: number; readonly page: ServedPage }>(KEPT_BYTES_MAX);
  const making = new Map<string, Promise<CatalogueResult>>();

  async function make(key: string, format: CatalogueFormat, encoding: Encoding): Promise<CatalogueResult> {
    const sinceMs = nowMs();
    const answered = await readers.run({ kind: 'catalogue', planned: plan(), format, encoding }, everybody);
    if (!answered.ok) return answered;
    const page = toServed(answered.value, format, encoding);
    kept.set(key, { sinceMs, page }, page.body.length);
    return ok(page);
  }

  return {
    load(format, encoding) {
      const key = `${format} ${encoding}`;
      const known = kept.get(key);
      const ageMs = nowMs() - (known?.sinceMs ?? 0);
      if (known !== undefined && ageMs >= 0 && ageMs < KEPT_MS) return Promise.resolve(ok(known.page));
      const pending = making.get(key);
      if (pending !== undefined) return pending;
      const made = make(key, format, encoding).finally(() => making.delete(key));
      making.set(key, made);
      return made;
    },
  };
}

function toServed({ body, etag, modifiedMs }: CataloguePage, format: CatalogueFormat, encoding: Encoding): ServedPage {
  return {
    body,
    etag,
    headers: {
      'Content-Type': catalogueContentType(format),
      'Content-Length': String(body.length),
      ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
      ETag: etag,
      ...(modifiedMs === undefined ? {} : { 'Last-Modified': new Date(modifiedMs).toUTCString() }),
      'Cache-Control': `public, max-age=${KEPT_MS / 1_000}`,
      Vary: 'Accept, Accept-Encoding',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'ETag',
    },
  };
}
