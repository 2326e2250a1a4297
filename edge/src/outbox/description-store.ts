import type { DatastreamDescription, EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { Datastream, DatastreamContent } from '../normalise/datastream.ts';

interface DescriptionRow {
  readonly id: number;
  readonly version: number;
  readonly valid_from_ms: number;
  readonly content: string;
}

/** Ids and descriptions that are kept in memory; the outbox file has the rest. */
const CACHE_MAX = 20_000;

/** Descriptions of this edge's datastreams, each with the version that the file gave it. */
export class DescriptionStore {
  readonly #latest: Database.Statement<[string], DescriptionRow>;
  readonly #byId: Database.Statement<[number], DescriptionRow>;
  readonly #insert: Database.Statement<[string, number, number, string]>;
  readonly #idOf = new WeakMap<Datastream, number>();
  readonly #cache = new Map<number, DatastreamDescription>();

  constructor(connection: Database.Database) {
    this.#latest = connection.prepare(
      'SELECT id, version, valid_from_ms, content FROM descriptions WHERE datastream = ? ORDER BY version DESC LIMIT 1',
    );
    this.#byId = connection.prepare('SELECT id, version, valid_from_ms, content FROM descriptions WHERE id = ?');
    this.#insert = connection.prepare(
      'INSERT INTO descriptions (datastream, version, valid_from_ms, content) VALUES (?, ?, ?, ?)',
    );
  }

  /**
   * The id of a datastream's description. What the datastream says now is compared with the newest version on file, and
   * becomes a new version when it differs. Part of the caller's transaction.
   */
  idOf(datastream: Datastream, nowMs: EpochMs): number {
    const known = this.#idOf.get(datastream);
    if (known !== undefined) return known;
    const content = canonicalJson(datastream.content);
    const latest = this.#latest.get(datastream.key);
    const id =
      latest?.content === content
        ? latest.id
        : Number(this.#insert.run(datastream.key, (latest?.version ?? 0) + 1, nowMs, content).lastInsertRowid);
    this.#idOf.set(datastream, id);
    return id;
  }

  /** The description as it goes to the cloud; undefined for an id that this file does not hold. */
  get(id: number): DatastreamDescription | undefined {
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const row = this.#byId.get(id);
    if (row === undefined) return undefined;
    const content = JSON.parse(row.content) as DatastreamContent;
    const description = { ...content, version: row.version, validFromMs: row.valid_from_ms };
    if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
    this.#cache.set(id, description);
    return description;
  }
}

/** JSON with sorted keys: equal content is equal text, however the object was put together. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
