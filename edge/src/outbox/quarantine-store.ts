import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { UnknownUplink } from '../learning/unknown-device-store.ts';

/** Something that could not be used, with why and with its raw form. */
export interface QuarantineRecord {
  readonly receivedMs: EpochMs;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  /** Reduced to what may be kept. */
  readonly payload: Uint8Array;
  /** When the payload goes, though the record stays; absent where it stays with it. */
  readonly payloadExpiresMs?: EpochMs;
  /** A value of the uplink that was written just before it; absent for what was put aside whole. */
  readonly isOfLastUplink?: true;
  /** The device that sent it, where that is not configured. */
  readonly unknownDevice?: UnknownUplink;
}

export interface QuarantineBounds {
  readonly recordsMax: number;
  readonly bytesMax: number;
  readonly keepDays: number;
}

const MS_PER_DAY = 86_400_000;
const DETAIL_CHARACTERS_MAX = 500;
const DROP_CHUNK = 100;

/** The quarantine, bounded in records, bytes and days: the oldest records make room and are counted. */
export class QuarantineStore {
  /** Records dropped to make room since the program started. */
  droppedCount = 0;
  readonly #bounds: QuarantineBounds;
  readonly #insert: Database.Statement<[number, string, string, string, Uint8Array, number | null, number | null]>;
  readonly #expired: Database.Statement<[number, number], { id: number; bytes: number }>;
  readonly #emptyPayload: Database.Statement<[number]>;
  readonly #oldest: Database.Statement<[number], { id: number; received_ms: number; bytes: number }>;
  readonly #deleteThrough: Database.Statement<[number]>;
  readonly #size: Database.Statement<[number], number>;
  readonly #delete: Database.Statement<[number]>;
  readonly #restate: Database.Statement<[string, string, number]>;
  #recordCount: number;
  #bytes: number;
  #erasedCount = 0;

  constructor(connection: Database.Database, bounds: QuarantineBounds) {
    this.#bounds = bounds;
    this.#insert = connection.prepare(
      'INSERT INTO quarantine (received_ms, reason, detail, topic, payload, payload_expires_ms, uplink_id) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#expired = connection.prepare(
      'SELECT id, length(payload) AS bytes FROM quarantine WHERE payload_expires_ms <= ? ORDER BY payload_expires_ms LIMIT ?',
    );
    this.#emptyPayload = connection.prepare(
      "UPDATE quarantine SET payload = x'', payload_expires_ms = NULL WHERE id = ?",
    );
    this.#oldest = connection.prepare(
      'SELECT id, received_ms, length(payload) AS bytes FROM quarantine ORDER BY id LIMIT ?',
    );
    this.#deleteThrough = connection.prepare('DELETE FROM quarantine WHERE id <= ?');
    this.#size = connection.prepare<[number], number>('SELECT length(payload) FROM quarantine WHERE id = ?').pluck();
    this.#delete = connection.prepare('DELETE FROM quarantine WHERE id = ?');
    this.#restate = connection.prepare('UPDATE quarantine SET reason = ?, detail = ? WHERE id = ?');
    // The table is bounded, and length() of a blob reads its header only.
    const size = connection
      .prepare('SELECT count(*) AS records, total(length(payload)) AS bytes FROM quarantine')
      .get();
    const { records, bytes } = size as { records: number; bytes: number };
    this.#recordCount = records;
    this.#bytes = bytes;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /**
   * Part of the caller's transaction.
   * @param uplinkId row of the uplink that the value belongs to; undefined for what was put aside whole
   */
  append({ receivedMs, reason, detail, topic, payload, payloadExpiresMs }: QuarantineRecord, uplinkId?: number): void {
    this.#insert.run(
      receivedMs,
      reason,
      detail.slice(0, DETAIL_CHARACTERS_MAX),
      topic,
      payload,
      payloadExpiresMs ?? null,
      uplinkId ?? null,
    );
    this.#recordCount += 1;
    this.#bytes += payload.byteLength;
    while (this.#recordCount > this.#bounds.recordsMax || this.#bytes > this.#bounds.bytesMax) this.#makeRoom();
  }

  /** Drops one chunk of what is older than the bound in days. Part of the caller's transaction. */
  dropOld(nowMs: EpochMs): void {
    const cutoffMs = nowMs - this.#bounds.keepDays * MS_PER_DAY;
    const oldest = this.#oldest.all(DROP_CHUNK);
    const kept = oldest.findIndex((record) => record.received_ms >= cutoffMs);
    this.#drop(kept === -1 ? oldest : oldest.slice(0, kept));
  }

  /**
   * Empties a chunk of the payloads whose time has come. Part of the caller's transaction.
   * @returns how many; a full chunk means that there may be more
   */
  expirePayloads(nowMs: EpochMs): number {
    const expired = this.#expired.all(nowMs, DROP_CHUNK);
    for (const { id, bytes } of expired) {
      this.#emptyPayload.run(id);
      this.#bytes -= bytes;
    }
    this.#erasedCount += expired.length;
    return expired.length;
  }

  /** Records and payloads that were deleted since the program started, for whatever reason. */
  get erasedCount(): number {
    return this.#erasedCount;
  }

  /** Takes a record out that can be used now. Part of the caller's transaction. */
  resolve(id: number): void {
    const bytes = this.#size.get(id);
    if (bytes === undefined) return;
    this.#delete.run(id);
    this.#recordCount -= 1;
    this.#erasedCount += 1;
    this.#bytes -= bytes;
  }

  /** Says anew why a record cannot be used. What is kept of it, and for how long, stays. Part of the caller's transaction. */
  restate(id: number, reason: string, detail: string): void {
    this.#restate.run(reason, detail.slice(0, DETAIL_CHARACTERS_MAX), id);
  }

  #makeRoom(): void {
    const excess = Math.max(1, this.#recordCount - this.#bounds.recordsMax);
    const dropped = this.#oldest.all(Math.min(DROP_CHUNK, excess));
    this.#drop(dropped);
    this.droppedCount += dropped.length;
  }

  #drop(records: readonly { readonly id: number; readonly bytes: number }[]): void {
    const last = records.at(-1);
    if (last === undefined) return;
    this.#deleteThrough.run(last.id);
    this.#recordCount -= records.length;
    this.#erasedCount += records.length;
    for (const { bytes } of records) this.#bytes -= bytes;
  }
}
