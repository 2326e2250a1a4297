import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';

/** What a row holds; its checksum is computed when it is written. */
export type RowContent = Omit<UplinkRow, 'checksum'>;

export interface RowAge {
  readonly id: number;
  readonly received_ms: EpochMs;
}

/** The rows of the outbox, by id. Every writing method is part of the caller's transaction. */
export class UplinkRows {
  readonly #insert: Database.Statement<[number, number, string, string, Uint8Array, number, string | null]>;
  readonly #between: Database.Statement<[number, number], UplinkRow>;
  readonly #newest: Database.Statement<[number, number, number], UplinkRow>;
  readonly #ages: Database.Statement<[number, number, number], RowAge>;
  readonly #receivedMs: Database.Statement<[number], number>;
  readonly #receivedMsFrom: Database.Statement<[number], number>;
  readonly #plausibleMs: Database.Statement<[number, number, number], number>;
  readonly #delete: Database.Statement<[number, number]>;

  constructor(connection: Database.Database) {
    this.#insert = connection.prepare(
      `INSERT INTO uplinks (id, received_ms, observations, topic, payload, checksum, gaps) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#between = connection.prepare('SELECT * FROM uplinks WHERE id BETWEEN ? AND ? ORDER BY id');
    this.#newest = connection.prepare('SELECT * FROM uplinks WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?');
    this.#ages = connection.prepare('SELECT id, received_ms FROM uplinks WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?');
    const receivedMs = 'SELECT received_ms FROM uplinks WHERE id';
    this.#receivedMs = connection.prepare<[number], number>(`${receivedMs} = ?`).pluck();
    this.#receivedMsFrom = connection.prepare<[number], number>(`${receivedMs} >= ? ORDER BY id LIMIT 1`).pluck();
    this.#plausibleMs = connection
      .prepare<[number, number, number], number>(
        `${receivedMs} BETWEEN ? AND ? AND received_ms >= ? ORDER BY id LIMIT 1`,
      )
      .pluck();
    this.#delete = connection.prepare('DELETE FROM uplinks WHERE id BETWEEN ? AND ?');
  }

  insert(row: RowContent): void {
    this.#insertWith(row, rowChecksum(row));
  }

  #insertWith({ id, received_ms, observations, topic, payload, gaps }: RowContent, checksum: number): void {
    this.#insert.run(id, received_ms, observations, topic, payload, checksum, gaps);
  }

  /** In rising id, both ends included. */
  between(from: number, to: number): IterableIterator<UplinkRow> {
    return this.#between.iterate(from, to);
  }

  /** The last rows of a range, in falling id. */
  newest(from: number, to: number, rowsMax: number): UplinkRow[] {
    return this.#newest.all(from, to, rowsMax);
  }

  ages(from: number, to: number, rowsMax: number): RowAge[] {
    return this.#ages.all(from, to, rowsMax);
  }

  receivedMs(id: number): EpochMs | undefined {
    return this.#receivedMs.get(id);
  }

  /** When the first row at or behind an id was received. */
  receivedMsFrom(id: number): EpochMs | undefined {
    return this.#receivedMsFrom.get(id);
  }

  /** When the first row of a range was received whose time is not before `earliestMs`. */
  plausibleMs(from: number, to: number, earliestMs: EpochMs): EpochMs | undefined {
    return this.#plausibleMs.get(from, to, earliestMs);
  }

  /**
   * Puts other content into a run of rows, in rising id, that has no other rows between; each brings its checksum. They are deleted and inserted:
   * SQLite never joins the pages of rows that only become shorter, so an update would give no room.
   */
  replace(run: readonly UplinkRow[]): void {
    const [first, last] = [run[0], run.at(-1)];
    if (first === undefined || last === undefined) return;
    this.delete(first.id, last.id);
    for (const row of run) this.#insertWith(row, row.checksum);
  }

  /** Empties topic and payload of a row, whose uplink has a newer row that holds them. */
  dropRawForm(id: number): void {
    for (const row of this.#between.all(id, id))
      this.replace([withChecksum({ ...row, topic: '', payload: NO_PAYLOAD })]);
  }

  /** Deletes rows, both ends included. Returns how many there were. */
  delete(from: number, to: number): number {
    return this.#delete.run(from, to).changes;
  }
}

export const NO_PAYLOAD = new Uint8Array();

function withChecksum(row: RowContent): UplinkRow {
  return { ...row, checksum: rowChecksum(row) };
}
