import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import { type DescribedEntity, describedEntities } from '@meetbrug/protocols/oslo';
import { canonicalJson } from './canonical-json.ts';
import type { Store } from './open-store.ts';
import { planEntity, type Statement } from './plan-entity.ts';
import { ENTITY_RENDER_VERSION } from './render-version.ts';
import type { StreamTable } from './streams.ts';

/** The stream of what measures and where, beside the themes of an organisation. */
export const SENSORS_STREAM = 'sensors';

export interface EntityLog {
  /** Publishes a version of each described entity whose text changed, by {@link planEntity}; returns how many. */
  publish(organisation: string, description: DatastreamDescription, stampMs: number): number;
  /** Publishes an entity that never has another version; false when its path was there already. */
  publishOnce(organisation: string, entity: DescribedEntity, stampMs: number): boolean;
}

interface EntityRow {
  version: number;
  body: string;
  valid_from_ms: number | null;
  said_by: string | null;
}

export function createEntityLog(store: Store, streams: StreamTable): EntityLog {
  const select = store.prepare<[string, string], EntityRow>(
    'SELECT version, body, valid_from_ms, said_by FROM entity WHERE organisation = ? AND path = ?',
  );
  const upsert = store.prepare<[string, string, number, string, number, string]>(`
    INSERT INTO entity (organisation, path, version, body, valid_from_ms, said_by) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (organisation, path) DO UPDATE SET version = excluded.version, body = excluded.body,
      valid_from_ms = excluded.valid_from_ms, said_by = excluded.said_by`);
  const append = store.prepare<[number, number, number, string, number, string, number]>(
    'INSERT INTO entity_log (stream, ordinal, stamp_ms, path, version, body, render_version) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    publish(organisation, description, stampMs) {
      const stream = streams.open(organisation, SENSORS_STREAM);
      if (stream.closed) return 0;
      let published = 0;
      for (const { path, body } of describedEntities(description)) {
        const text = canonicalJson(body);
        const known = select.get(organisation, path);
        const said: Statement = { body: text, validFromMs: description.validFromMs, saidBy: description.datastream };
        const plan = planEntity(said, known && toStatement(known));
        if (plan === 'keep') continue;
        const version = (known?.version ?? 0) + (plan === 'publish' ? 1 : 0);
        upsert.run(organisation, path, version, text, said.validFromMs, said.saidBy);
        if (plan === 'note') continue;
        append.run(stream.id, streams.append(stream, stampMs), stampMs, path, version, text, ENTITY_RENDER_VERSION);
        published += 1;
      }
      return published;
    },
    publishOnce(organisation, { path, body }, stampMs) {
      if (select.get(organisation, path) !== undefined) return false;
      const stream = streams.open(organisation, SENSORS_STREAM);
      const text = canonicalJson(body);
      upsert.run(organisation, path, 1, text, stampMs, path);
      // A closed stream takes nothing more; the gap is counted all the same.
      if (stream.closed) return true;
      append.run(stream.id, streams.append(stream, stampMs), stampMs, path, 1, text, ENTITY_RENDER_VERSION);
      return true;
    },
  };
}

/** What an older program stored says not who said it: whatever comes takes its place. */
function toStatement({ body, valid_from_ms, said_by }: EntityRow): Statement {
  return { body, validFromMs: valid_from_ms ?? 0, saidBy: said_by ?? '' };
}
