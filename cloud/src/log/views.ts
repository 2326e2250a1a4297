import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Store } from './open-store.ts';

/** What decides the bytes of published pages, and so may never change for a view. */
export interface ViewSettings {
  readonly pageSize: number;
  readonly fanOut: number;
  readonly publicBaseUrl: string;
  /** How members are divided over buckets; `by-page` has one. */
  readonly keyFunction: string;
}

interface Row {
  page_size: number;
  fan_out: number;
  public_base_url: string;
  key_function: string;
}

/** Keeps a view's settings at its creation and refuses a configuration that says otherwise later. */
export function openView(
  store: Store,
  stream: { readonly id: number; readonly organisation: string; readonly name: string },
  view: string,
  settings: ViewSettings,
): Result<undefined, Fault<'view-differs'>> {
  const row = store
    .prepare<[number, string], Row>(
      'SELECT page_size, fan_out, public_base_url, key_function FROM view WHERE stream = ? AND name = ?',
    )
    .get(stream.id, view);
  if (row === undefined) {
    store
      .prepare('INSERT INTO view VALUES (?, ?, ?, ?, ?, ?)')
      .run(stream.id, view, settings.pageSize, settings.fanOut, settings.publicBaseUrl, settings.keyFunction);
    return ok(undefined);
  }
  const differences = [
    difference('ldes.pageSize', settings.pageSize, row.page_size),
    difference('ldes.fanOut', settings.fanOut, row.fan_out),
    difference('publicBaseUrl', settings.publicBaseUrl, row.public_base_url),
    difference('key function', settings.keyFunction, row.key_function),
  ].filter((text) => text !== undefined);
  if (differences.length === 0) return ok(undefined);
  return fail(
    'view-differs',
    `view ${view} of ${stream.organisation}/${stream.name} was published with other settings: ${differences.join('; ')}. ` +
      'Published pages never change: put the settings back, or add a new view',
  );
}

function difference(setting: string, configured: string | number, published: string | number): string | undefined {
  return configured === published ? undefined : `${setting} is ${configured}, published with ${published}`;
}
