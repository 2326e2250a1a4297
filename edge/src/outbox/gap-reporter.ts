import { BATCH_BOUNDS } from '@meetbrug/protocols/delivery';
import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { DiscardStores } from './discard-rows.ts';
import { FIRST_GAP, type GapPosition, type GapStore } from './gap-store.ts';
import type { SequenceNumbering } from './sequence-numbering.ts';
import type { StoredGap } from './stored-gaps.ts';
import { NO_PAYLOAD, type UplinkRows } from './uplink-rows.ts';

/**
 * Turns what was counted into rows that report it to the cloud. A reason that is new to its datastream is reported at
 * once; what adds to a known one waits for the interval, and while a report is on its way until that is acknowledged: so
 * an outage leaves few rows behind, however long it is, and they need not be bounded.
 */
export class GapReporter {
  readonly #gaps: GapStore;
  readonly #rows: UplinkRows;
  readonly #numbering: SequenceNumbering;
  readonly #intervalMs: number;
  readonly #saveReport: Database.Statement<[number, number]>;
  #lastRowId: number;
  #lastRowMs: EpochMs;
  /** Where a round over what is pending has come to. */
  #position: GapPosition | undefined;
  #roundMs: EpochMs | undefined;

  constructor(
    connection: Database.Database,
    { gaps, rows, numbering }: Pick<DiscardStores, 'gaps' | 'rows' | 'numbering'>,
    intervalSeconds: number,
  ) {
    this.#gaps = gaps;
    this.#rows = rows;
    this.#numbering = numbering;
    this.#intervalMs = intervalSeconds * 1_000;
    this.#saveReport = connection.prepare('UPDATE state SET gaps_row_id = ?, gaps_reported_ms = ?');
    const state = connection.prepare('SELECT gaps_row_id, gaps_reported_ms FROM state').get() as {
      readonly gaps_row_id: number;
      readonly gaps_reported_ms: EpochMs;
    };
    this.#lastRowId = state.gaps_row_id;
    this.#lastRowMs = state.gaps_reported_ms;
  }

  /**
   * Writes at most one row. Part of the caller's transaction.
   * @returns whether it wrote one: then there may be more
   */
  report(nowMs: EpochMs): boolean {
    if (this.#gaps.hasNew && this.#write(this.#gaps.takeNew(BATCH_BOUNDS.gapsPerUplinkMax), nowMs)) return true;
    if (this.#position === undefined && this.#isDue(nowMs)) {
      this.#roundMs = nowMs;
      this.#position = FIRST_GAP;
    }
    if (this.#position === undefined) return false;
    const { gaps, next } = this.#gaps.takePending(this.#position, BATCH_BOUNDS.gapsPerUplinkMax);
    this.#position = next;
    return this.#write(gaps, nowMs);
  }

  #isDue(nowMs: EpochMs): boolean {
    if (this.#lastRowId > 0 && !this.#numbering.isAcknowledged(this.#lastRowId)) return false;
    const passedMs = nowMs - (this.#roundMs ?? Number.NEGATIVE_INFINITY);
    return passedMs < 0 || passedMs >= this.#intervalMs;
  }

  /** The time of a report names its gaps, so no two reports have the same, whatever the clock does. */
  #write(gaps: readonly StoredGap[], nowMs: EpochMs): boolean {
    if (gaps.length === 0) return false;
    const id = this.#numbering.nextId;
    const received_ms = Math.max(nowMs, this.#lastRowMs + 1);
    this.#rows.insert({
      id,
      received_ms,
      observations: '[]',
      topic: '',
      payload: NO_PAYLOAD,
      gaps: JSON.stringify(gaps),
    });
    this.#numbering.advance(id + 1);
    this.#saveReport.run(id, received_ms);
    this.#lastRowId = id;
    this.#lastRowMs = received_ms;
    return true;
  }
}
