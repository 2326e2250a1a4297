import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import { describedEntities } from '@meetbrug/protocols/oslo';
import { canonicalJson } from './canonical-json.ts';
import type { Store } from './open-store.ts';
import { RENDER_VERSION } from './render-version.ts';
import type { StreamTable } from './streams.ts';

/** The stream of what measures and where, beside the themes of an organisation. */
export const SENSORS_STREAM = 'sensors';

export interface EntityLog {
  /** Publishes a version of each described entity whose text changed; returns how many. */
  publish(organisation: string, description: DatastreamDescription, stampMs: number): number;
}

export function createEntityLog(store: Store, streams: StreamTable): EntityLog {
  const select = store.prepare<[string, string], { version: number; body: string }>(
    'SELECT version, body FROM entity WHERE organisation = ? AND path = ?',
  );
  const upsert = store.prepare<[string, string, number, string]>(`
    INSERT INTO entity (organisation, path, version, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (organisation, path) DO UPDATE SET version = excluded.version, body = excluded.body`);
  const append = store.prepare<[number, number, number, string, number, string, number]>(
    'INSERT INTO entity_log (stream, ordinal, stamp_ms, path, version, body, render_version) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    publish(organisation, description, stampMs) {
      const stream = streams.open(organisation, SENSORS_STREAM);
      let published = 0;
      for (const { path, body } of describedEntities(description)) {
        const text = canonicalJson(body);
        const known = select.get(organisation, path);
        if (known?.body === text) continue;
        const version = (known?.version ?? 0) + 1;
        upsert.run(organisation, path, version, text);
        append.run(stream.id, streams.append(stream, stampMs), stampMs, path, version, text, RENDER_VERSION);
        published += 1;
      }
      return published;
    },
  };
}
