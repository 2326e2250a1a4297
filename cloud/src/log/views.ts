import { BY_PAGE, type RetentionPolicy, type ViewDefinition, viewDefinitionSchema } from '@meetbrug/protocols/ldes';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { canonicalJson } from './canonical-json.ts';
import type { Store } from './open-store.ts';

/** A view as it was published, with what may change: what it promises to keep and what was dropped. */
export interface StoredView {
  readonly streamId: number;
  readonly definition: ViewDefinition;
  readonly retention: RetentionPolicy | undefined;
  /** Of `by-page`: nodes of the index's first level; of others: the instant before which all months are dropped. */
  readonly dropped: number;
}

export interface ViewTable {
  /**
   * Keeps a view's definition at its creation and refuses a configuration that says otherwise later. What it promises to
   * keep may change.
   */
  open(
    stream: { readonly id: number; readonly organisation: string; readonly name: string },
    definition: ViewDefinition,
    retention: RetentionPolicy | undefined,
  ): Result<undefined, Fault<'view-differs'>>;
  /** The views of a stream, `by-page` first: those that are configured and those that once were. */
  list(streamId: number): StoredView[];
  find(streamId: number, name: string): StoredView | undefined;
  setDropped(streamId: number, name: string, dropped: number): void;
}

interface ViewRow {
  name: string;
  definition: string;
  public_base_url: string;
  retention: string | null;
  dropped: number;
}

/** @param publicBaseUrl in every IRI of every page, so a view can never be served under another one */
export function createViewTable(store: Store, publicBaseUrl: string): ViewTable {
  const select = store.prepare<[number, string], ViewRow>(
    'SELECT name, definition, public_base_url, retention, dropped FROM view WHERE stream = ? AND name = ?',
  );
  const selectAll = store.prepare<[number, string], ViewRow>(
    'SELECT name, definition, public_base_url, retention, dropped FROM view WHERE stream = ? ORDER BY name <> ?, name',
  );
  const insert = store.prepare<[number, string, string, string, string | null]>(
    'INSERT INTO view (stream, name, definition, public_base_url, retention) VALUES (?, ?, ?, ?, ?)',
  );
  const setRetention = store.prepare<[string | null, number, string]>(
    'UPDATE view SET retention = ? WHERE stream = ? AND name = ?',
  );
  const setDropped = store.prepare<[number, number, string]>(
    'UPDATE view SET dropped = ? WHERE stream = ? AND name = ?',
  );
  return {
    open(stream, definition, retention) {
      const row = select.get(stream.id, definition.name);
      const kept = retention === undefined ? null : canonicalJson(retention);
      if (row === undefined) {
        insert.run(stream.id, definition.name, canonicalJson(definition), publicBaseUrl, kept);
        return ok(undefined);
      }
      const differences = differencesOf(
        { ...definition, publicBaseUrl },
        { ...(JSON.parse(row.definition) as ViewDefinition), publicBaseUrl: row.public_base_url },
      );
      if (differences.length === 0) {
        if (kept !== row.retention) setRetention.run(kept, stream.id, definition.name);
        return ok(undefined);
      }
      return fail(
        'view-differs',
        `view ${definition.name} of ${stream.organisation}/${stream.name} was published with other settings: ` +
          `${differences.join('; ')}. Published pages never change: put the settings back, or add a new view`,
      );
    },
    list: (streamId) => selectAll.all(streamId, BY_PAGE).map((row) => toView(streamId, row)),
    find(streamId, name) {
      const row = select.get(streamId, name);
      return row && toView(streamId, row);
    },
    setDropped: (streamId, name, dropped) => void setDropped.run(dropped, streamId, name),
  };
}

interface Base {
  readonly publicBaseUrl: string;
}

function toView(streamId: number, { definition, retention, dropped }: ViewRow): StoredView {
  return {
    streamId,
    definition: viewDefinitionSchema.parse(JSON.parse(definition)),
    retention: retention === null ? undefined : (JSON.parse(retention) as RetentionPolicy),
    dropped,
  };
}

/** What the configuration says otherwise, each by its setting. */
function differencesOf(configured: ViewDefinition & Base, published: ViewDefinition & Base): string[] {
  const before = new Map<string, unknown>(Object.entries(published));
  const place = (setting: string) => {
    if (setting === 'publicBaseUrl') return setting;
    return configured.name === BY_PAGE ? `ldes.${setting}` : `ldes.views: ${setting} of ${configured.name}`;
  };
  // Another kind has other settings altogether.
  const settings =
    configured.kind === published.kind ? new Set([...before.keys(), ...Object.keys(configured)]) : ['kind'];
  const now = new Map<string, unknown>(Object.entries(configured));
  return [...settings]
    .filter((setting) => now.get(setting) !== before.get(setting))
    .map((setting) => `${place(setting)} is ${now.get(setting)}, published with ${before.get(setting)}`);
}
