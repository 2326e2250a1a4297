import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { DiscardStores } from './discard-rows.ts';
import { type KeptTimes, THIN_INTERVAL_MS_MAX, thinRow } from './plan-thinning.ts';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';
import { gapsOf } from './stored-gaps.ts';
import { decodeObservations, type StoredObservation } from './stored-observations.ts';
import { NO_PAYLOAD } from './uplink-rows.ts';

const ROWS_A_STEP = 200;
/** Rows of one stretch: what bounds the memory of which values were kept. */
const STRETCH_ROWS_MAX = 20_000;

interface Progress {
  readonly thin_seconds: number;
  /** Rows before this one are thinned at this interval. */
  readonly thin_from_id: number;
  /** Behind the last row that was thinned at any interval since thinning began. */
  readonly thin_end_id: number;
}

/** The rows received in one interval, thinned from their newest one back. */
interface Stretch {
  readonly end: number;
  readonly kept: KeptTimes;
  /** Rows from here on are done. */
  readonly doneFrom: number;
}

/**
 * Makes room by keeping one value of each datastream and interval of what waits for the cloud, oldest first. A row is
 * looked at once for each interval; it stays, if only as its number, so that the acknowledged ranges stay few. When all
 * is thinned the interval doubles, up to a day. It begins anew when the cloud has all that was thinned.
 */
export class ThinOut {
  readonly #stores: DiscardStores;
  readonly #firstSeconds: number;
  readonly #save: Database.Statement<[Progress]>;
  #progress: Progress;
  #stretch: Stretch | undefined;

  constructor(connection: Database.Database, stores: DiscardStores, intervalSeconds: number) {
    this.#stores = stores;
    this.#firstSeconds = intervalSeconds;
    this.#save = connection.prepare(
      'UPDATE state SET thin_seconds = @thin_seconds, thin_from_id = @thin_from_id, thin_end_id = @thin_end_id',
    );
    this.#progress = connection.prepare('SELECT thin_seconds, thin_from_id, thin_end_id FROM state').get() as Progress;
  }

  /**
   * Thins a chunk of rows. Part of the caller's transaction.
   * @returns how many rows it looked at; 0 when all is thinned as far as it may be
   */
  step(): number {
    let looked = 0;
    const before = this.#progress;
    while (looked < ROWS_A_STEP) {
      const stretch = this.#stretch ?? this.#nextStretch();
      if (stretch === undefined) break;
      looked += this.#thinStretch(stretch, ROWS_A_STEP - looked);
    }
    if (this.#progress !== before) this.#save.run(this.#progress);
    return looked;
  }

  #nextStretch(): Stretch | undefined {
    const { numbering } = this.#stores;
    const first = numbering.idOf(numbering.firstUnacknowledged);
    const { thin_seconds, thin_end_id } = this.#progress;
    if (thin_seconds === 0 || first >= thin_end_id) this.#startAt(first, this.#firstSeconds);
    else if (first > this.#progress.thin_from_id) this.#startAt(first, thin_seconds);
    while (this.#progress.thin_from_id >= numbering.nextId) {
      const seconds = this.#progress.thin_seconds * 2;
      if (first >= numbering.nextId || this.#progress.thin_seconds * 1_000 >= THIN_INTERVAL_MS_MAX) return undefined;
      this.#startAt(first, Math.min(seconds, THIN_INTERVAL_MS_MAX / 1_000));
    }
    const end = this.#stretchEnd(this.#progress.thin_from_id);
    return { end, kept: new Map(), doneFrom: end };
  }

  #startAt(first: number, seconds: number): void {
    this.#progress = { ...this.#progress, thin_seconds: seconds, thin_from_id: first };
  }

  /** Behind the last row that was received in the interval of the first one, if the clock did not jump meanwhile. */
  #stretchEnd(from: number): number {
    const { rows, numbering } = this.#stores;
    const intervalMs = this.#progress.thin_seconds * 1_000;
    const fromMs = rows.receivedMsFrom(from) ?? 0;
    const endMs = (Math.floor(fromMs / intervalMs) + 1) * intervalMs;
    const isBehind = (id: number): boolean => ((rows.receivedMsFrom(id) ?? endMs) as EpochMs) >= endMs;
    let low = from + 1;
    let high = Math.min(numbering.nextId, from + STRETCH_ROWS_MAX);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBehind(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #thinStretch(stretch: Stretch, rowsMax: number): number {
    const { rows, gaps } = this.#stores;
    const { thin_from_id } = this.#progress;
    const chunk = rows.newest(thin_from_id, stretch.doneFrom - 1, rowsMax);
    const dropped: StoredObservation[] = [];
    const thinned = chunk.map((row) => this.#thin(row, stretch.kept, dropped));
    if (thinned.some((row, index) => row !== chunk[index])) rows.replace(thinned.toReversed());
    gaps.count(gapsOf(dropped, 'thinned'));
    if (chunk.length === rowsMax) {
      this.#stretch = { ...stretch, doneFrom: (chunk.at(-1) as UplinkRow).id };
    } else {
      this.#stretch = undefined;
      const thin_end_id = Math.max(this.#progress.thin_end_id, stretch.end);
      this.#progress = { ...this.#progress, thin_from_id: stretch.end, thin_end_id };
    }
    return chunk.length;
  }

  /** The row as it stays; what goes is added to `dropped`. A damaged row is left to the reader that sends it. */
  #thin(row: UplinkRow, kept: KeptTimes, dropped: StoredObservation[]): UplinkRow {
    const { numbering, descriptions } = this.#stores;
    const isLeft = row.gaps !== null || numbering.isAcknowledged(row.id) || rowChecksum(row) !== row.checksum;
    if (isLeft) return row;
    const thinned = thinRow(
      decodeObservations(row.observations),
      (id) => descriptions.get(id)?.datastream ?? String(id),
      this.#progress.thin_seconds * 1_000,
      kept,
    );
    if (thinned.dropped.length === 0 && row.payload.byteLength === 0) return row;
    dropped.push(...thinned.dropped);
    const stays = { ...row, observations: JSON.stringify(thinned.kept), topic: '', payload: NO_PAYLOAD };
    return { ...stays, checksum: rowChecksum(stays) };
  }
}
