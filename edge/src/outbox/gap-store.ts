import { EDGE_GAP_REASONS, type EdgeGapReason } from '@meetbrug/protocols/delivery';
import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { DescriptionStore } from './description-store.ts';
import type { StoredGap } from './stored-gaps.ts';

interface GapRow {
  readonly datastream: string;
  readonly reason: EdgeGapReason;
  readonly description: number | null;
  readonly pending: number;
  readonly first_ms: EpochMs;
  readonly last_ms: EpochMs;
}

/** Names one line of the table; sorts before all of them when both are empty. */
export type GapPosition = readonly [datastream: string, reason: string];
export const FIRST_GAP: GapPosition = ['', ''];

/** Stands for a datastream that is not known. */
const UNKNOWN = '';

/**
 * Observations that were taken and will never come, by datastream and reason: one line each, so that the table is bounded
 * by the datastreams. Every method is part of the caller's transaction, the one that discards the observations.
 */
export class GapStore {
  readonly #descriptions: DescriptionStore;
  readonly #add: Database.Statement<[string, string, number | null, number, number, number, number]>;
  readonly #pending: Database.Statement<[string, string, number], GapRow>;
  readonly #unreported: Database.Statement<[number], GapRow>;
  readonly #clear: Database.Statement<[string, string]>;
  readonly #totals = new Map<EdgeGapReason, number>();
  #hasNew: boolean;

  constructor(connection: Database.Database, descriptions: DescriptionStore) {
    this.#descriptions = descriptions;
    this.#add = connection.prepare(
      `INSERT INTO gaps (datastream, reason, description, pending, first_ms, last_ms, total) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET description = excluded.description, total = total + excluded.total,
         first_ms = iif(pending = 0, excluded.first_ms, min(first_ms, excluded.first_ms)),
         last_ms = iif(pending = 0, excluded.last_ms, max(last_ms, excluded.last_ms)),
         pending = pending + excluded.pending`,
    );
    const select = 'SELECT datastream, reason, description, pending, first_ms, last_ms FROM gaps WHERE pending > 0';
    this.#pending = connection.prepare(
      `${select} AND (datastream, reason) > (?, ?) ORDER BY datastream, reason LIMIT ?`,
    );
    this.#unreported = connection.prepare(`${select} AND pending = total ORDER BY datastream, reason LIMIT ?`);
    this.#clear = connection.prepare('UPDATE gaps SET pending = 0 WHERE datastream = ? AND reason = ?');
    const totals = connection.prepare('SELECT reason, sum(total) AS total FROM gaps GROUP BY reason').all();
    for (const reason of EDGE_GAP_REASONS) this.#totals.set(reason, 0);
    for (const { reason, total } of totals as { reason: EdgeGapReason; total: number }[]) {
      this.#totals.set(reason, total);
    }
    this.#hasNew = this.#unreported.get(1) !== undefined;
  }

  /** Observations counted since the file was made, by reason; every reason is there. */
  get totals(): ReadonlyMap<EdgeGapReason, number> {
    return this.#totals;
  }

  /** Whether there may be a reason that its datastream has never reported. */
  get hasNew(): boolean {
    return this.#hasNew;
  }

  count(gaps: Iterable<StoredGap>): void {
    for (const gap of gaps) this.#write(gap, gap[2]);
  }

  /** Takes back what a report held that cannot be sent: it is pending again, and was counted before. */
  countAgain(gaps: Iterable<StoredGap>): void {
    for (const gap of gaps) this.#write(gap, 0);
  }

  #write([id, reason, count, firstMs, lastMs]: StoredGap, added: number): void {
    const datastream = id === null ? UNKNOWN : (this.#descriptions.get(id)?.datastream ?? UNKNOWN);
    this.#add.run(datastream, reason, datastream === UNKNOWN ? null : id, count, firstMs, lastMs, added);
    this.#totals.set(reason, (this.#totals.get(reason) ?? 0) + added);
    this.#hasNew = true;
  }

  /** Takes gaps whose reason is new to their datastream. Fewer than `gapsMax`: there are no more. */
  takeNew(gapsMax: number): StoredGap[] {
    const rows = this.#unreported.all(gapsMax);
    if (rows.length < gapsMax) this.#hasNew = false;
    return this.#take(rows);
  }

  /** Takes what is pending behind a position, and says where it ended; undefined: there is no more. */
  takePending(after: GapPosition, gapsMax: number): { readonly gaps: StoredGap[]; readonly next?: GapPosition } {
    const rows = this.#pending.all(...after, gapsMax);
    const last = rows.length < gapsMax ? undefined : rows.at(-1);
    return { gaps: this.#take(rows), ...(last === undefined ? {} : { next: [last.datastream, last.reason] }) };
  }

  #take(rows: readonly GapRow[]): StoredGap[] {
    return rows.map(({ datastream, reason, description, pending, first_ms, last_ms }): StoredGap => {
      this.#clear.run(datastream, reason);
      return [description, reason, pending, first_ms, last_ms];
    });
  }
}
