import type { DatastreamDescription, EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { Datastream, DatastreamContent, DatedContent } from '../normalise/datastream.ts';

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
  readonly #latestDated: Database.Statement<[string, number], DescriptionRow>;
  readonly #lastVersion: Database.Statement<[string], number | null>;
  readonly #byId: Database.Statement<[number], DescriptionRow>;
  readonly #insert: Database.Statement<[string, number, number, string, 0 | 1]>;
  /** Ids of a datastream's contents: the first one, then each dated one. */
  readonly #idsOf = new WeakMap<Datastream, (number | undefined)[]>();
  readonly #cache = new Map<number, DatastreamDescription>();

  constructor(connection: Database.Database) {
    const columns = 'SELECT id, version, valid_from_ms, content FROM descriptions';
    this.#latest = connection.prepare(`${columns} WHERE datastream = ? AND dated = 0 ORDER BY version DESC LIMIT 1`);
    this.#latestDated = connection.prepare(
      `${columns} WHERE datastream = ? AND dated = 1 AND valid_from_ms = ? ORDER BY version DESC LIMIT 1`,
    );
    this.#lastVersion = connection
      .prepare<[string], number | null>('SELECT max(version) FROM descriptions WHERE datastream = ?')
      .pluck();
    this.#byId = connection.prepare(`${columns} WHERE id = ?`);
    this.#insert = connection.prepare(
      'INSERT INTO descriptions (datastream, version, valid_from_ms, content, dated) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /**
   * The id of the description that holds at a phenomenon time. What the configuration says about that time is compared
   * with the newest version on file for it, and becomes a new version when it differs. That holds from its configured
   * moment; where none is configured from `nowMs`, or from the phenomenon time on when something holds later than that or
   * when it is the first one. Part of the caller's transaction.
   */
  idOf(datastream: Datastream, phenomenonMs: EpochMs, nowMs: EpochMs): number {
    const { history } = datastream;
    const entry = history.length === 0 ? -1 : history.findLastIndex(({ validFromMs }) => validFromMs <= phenomenonMs);
    let ids = this.#idsOf.get(datastream);
    if (ids === undefined) {
      ids = [];
      this.#idsOf.set(datastream, ids);
    }
    const known = ids[entry + 1];
    if (known !== undefined) return known;
    const id = this.#versionOf(datastream, history[entry], phenomenonMs, nowMs);
    ids[entry + 1] = id;
    return id;
  }

  #versionOf(
    { key, content, history }: Datastream,
    dated: DatedContent | undefined,
    phenomenonMs: EpochMs,
    nowMs: EpochMs,
  ): number {
    const text = canonicalJson((dated ?? { content }).content);
    const latest = dated === undefined ? this.#latest.get(key) : this.#latestDated.get(key, dated.validFromMs);
    if (latest?.content === text) return latest.id;
    const version = (this.#lastVersion.get(key) ?? 0) + 1;
    const isEarly = version === 1 || history.length > 0;
    const validFromMs = dated?.validFromMs ?? (isEarly ? Math.min(phenomenonMs, nowMs) : nowMs);
    return Number(this.#insert.run(key, version, validFromMs, text, dated === undefined ? 0 : 1).lastInsertRowid);
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
