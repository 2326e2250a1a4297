import type { Store } from '../../log/open-store.ts';
import { createStoreStateReader } from '../../views/stream-state.ts';
import { DAY_MS, HOUR_MS } from '../bucket-calendar.ts';
import type { RowSource } from '../row-source.ts';
import { joinOptional, type Summary, summaryOf } from '../summary.ts';
import { type DatastreamId, PAGE_ROWS_MAX, type SeriesKey } from '../time-series.ts';
import type { Rollups } from './open-rollups.ts';
import { HOURS_PER_DAY } from './rollup-schema.ts';
import { fromColumns, SUMMARY_COLUMN_NAMES, type SummaryColumns, toColumns } from './summary-columns.ts';

/** Keeps the rollups behind the log. */
export interface RollupMaker {
  /**
   * A bounded part of what is to be done. `now`: there is more; `later`: hours wait until nothing was added to them for a
   * while; `nothing`: until something is committed.
   */
  step(): Promise<'now' | 'later' | 'nothing'>;
}

export interface RollupSettings {
  /** Hours are computed once nothing was added to them for so long: while data streams in, they are read from the series. */
  readonly quietMs: number;
  /** The machine's clock. Days are added up when they are over. */
  readonly nowMs: () => number;
  /** Log rows of one stream that a step reads at most. */
  readonly stepRows?: number;
}

const STEP_ROWS = 5_000;
/** Datastreams whose hour one step computes: few enough to be looked up, where more would read all that others measured. */
const STEP_HOURS = 256;
/** Days of datastreams that one step adds up. */
const STEP_DAYS = 2_000;
/** Hours whose last addition is remembered; beyond it all count as quiet. */
const REMEMBERED_HOURS_MAX = 50_000;

/**
 * @param store a connection to the log that reads
 * @param rows the observations of the series, wherever they are kept
 * @param rollups of this store, or empty
 */
export function createRollupMaker(
  store: Store,
  rows: RowSource,
  rollups: Rollups,
  settings: RollupSettings,
): RollupMaker {
  const { quietMs, nowMs, stepRows = STEP_ROWS } = settings;
  const readState = createStoreStateReader(store);
  const statements = prepare(store, rollups);
  const addedMs = new Map<number, number>();
  const forgottenDay = new Map<number, number>();

  /** Marks what was committed; whether there is more. */
  const mark = rollups.transaction(() => {
    let isBehind = false;
    for (const { id, table, memberCount } of readState().streams.values()) {
      if (table !== 'log') continue;
      const from = statements.progress.get(id)?.nextOrdinal ?? 0;
      if (from >= memberCount) continue;
      const until = Math.min(memberCount, from + stepRows);
      let lastStampMs = 0;
      for (const { datastream, beginMs, stampMs } of statements.logRows.all(id, from, until)) {
        const hour = Math.floor(beginMs / HOUR_MS);
        statements.markHour.run(hour, datastream);
        addedMs.set(hour, nowMs());
        lastStampMs = stampMs;
      }
      statements.saveProgress.run(id, until, lastStampMs);
      isBehind ||= until < memberCount;
    }
    if (addedMs.size > REMEMBERED_HOURS_MAX) addedMs.clear();
    return isBehind;
  });

  /** The oldest dirty hour that is quiet, and whether another waits to be. */
  const quietHour = (): { readonly hour: number | undefined; readonly isWaiting: boolean } => {
    const dueMs = nowMs() - quietMs;
    let isWaiting = false;
    for (let from = Number.MIN_SAFE_INTEGER; ; ) {
      const hour = statements.nextDirtyHour.get(from)?.hour;
      if (hour === undefined) return { hour, isWaiting };
      if ((addedMs.get(hour) ?? Number.NEGATIVE_INFINITY) <= dueMs) return { hour, isWaiting };
      isWaiting = true;
      from = hour + 1;
    }
  };

  const summarise = async (hour: number, datastreams: readonly DatastreamId[]) => {
    const summaries = new Map<DatastreamId, Summary>();
    const range = { datastreams, fromMs: hour * HOUR_MS, toMs: (hour + 1) * HOUR_MS, descending: false };
    let after: SeriesKey | undefined;
    do {
      const page = await rows.page({ ...range, after, limit: PAGE_ROWS_MAX });
      for (const row of page.rows) {
        const joined = joinOptional(summaries.get(row.datastream), summaryOf(row));
        if (joined !== undefined) summaries.set(row.datastream, joined);
      }
      after = page.next;
    } while (after !== undefined);
    return summaries;
  };

  const saveHour = rollups.transaction(
    (hour: number, dirty: readonly DatastreamId[], found: Map<DatastreamId, Summary>) => {
      const day = Math.floor(hour / HOURS_PER_DAY);
      for (const datastream of dirty) {
        const summary = found.get(datastream);
        if (summary === undefined) statements.deleteHour.run(day, datastream, hour);
        else statements.saveHour.run(day, datastream, hour, ...toColumns(summary));
        statements.markDay.run(day, datastream);
        statements.cleanHour.run(hour, datastream);
      }
      if (dirty.length < STEP_HOURS) addedMs.delete(hour);
    },
  );

  /** Adds up days that are over; whether there were any. */
  const saveDays = rollups.transaction(() => {
    const dirty = statements.dirtyDays.all(Math.floor(nowMs() / DAY_MS), STEP_DAYS);
    for (const { day, datastream } of dirty) {
      const summary = (statements.hours.all(day, datastream) as SummaryColumns[])
        .map((columns) => fromColumns(columns))
        .reduce<Summary | undefined>(joinOptional, undefined);
      if (summary === undefined) statements.deleteDay.run(day, datastream);
      else statements.saveDay.run(day, datastream, ...toColumns(summary));
      statements.cleanDay.run(day, datastream);
    }
    return dirty.length > 0;
  });

  /** Deletes a bounded part of the days that lie wholly before a cut-off; whether there were any. They are not read any more. */
  const forgetExpired = rollups.transaction(() => {
    for (const { stream, cutoffMs } of statements.cutoffs.all()) {
      const day = Math.floor(cutoffMs / DAY_MS);
      if ((forgottenDay.get(stream) ?? Number.NEGATIVE_INFINITY) >= day) continue;
      const datastreams = statements.datastreamsOf.all(stream).map(({ id }) => id);
      const ids = JSON.stringify(datastreams);
      const hours = statements.forgetHours.run(day, ids, STEP_DAYS).changes;
      const days = statements.forgetDays.run(day, ids, STEP_DAYS).changes;
      if (hours + days > 0) return true;
      forgottenDay.set(stream, day);
    }
    return false;
  });

  return {
    async step() {
      if (mark()) return 'now';
      const { hour, isWaiting } = quietHour();
      if (hour === undefined) return saveDays() || forgetExpired() ? 'now' : isWaiting ? 'later' : 'nothing';
      const dirty = statements.dirtyHours.all(hour, STEP_HOURS).map(({ datastream }) => datastream);
      saveHour(hour, dirty, await summarise(hour, dirty));
      return 'now';
    },
  };
}

function prepare(store: Store, rollups: Rollups) {
  const places = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';
  return {
    logRows: store.prepare<[number, number, number], { datastream: number; beginMs: number; stampMs: number }>(`
      SELECT datastream, begin_ms AS beginMs, stamp_ms AS stampMs FROM log
      WHERE stream = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal`),
    cutoffs: store.prepare<[], { stream: number; cutoffMs: number }>(
      'SELECT stream, cutoff_ms AS cutoffMs FROM stream_cutoff',
    ),
    datastreamsOf: store.prepare<[number], { id: number }>('SELECT id FROM datastream WHERE stream = ?'),
    forgetHours: rollups.prepare<[number, string, number]>(`
      DELETE FROM hourly WHERE (day, datastream, hour) IN (SELECT day, datastream, hour FROM hourly
        WHERE day < ? AND datastream IN (SELECT value FROM json_each(?)) LIMIT ?)`),
    forgetDays: rollups.prepare<[number, string, number]>(`
      DELETE FROM daily WHERE (day, datastream) IN (SELECT day, datastream FROM daily
        WHERE day < ? AND datastream IN (SELECT value FROM json_each(?)) LIMIT ?)`),
    progress: rollups.prepare<[number], { nextOrdinal: number }>(
      'SELECT next_ordinal AS nextOrdinal FROM progress WHERE stream = ?',
    ),
    saveProgress: rollups.prepare(`
      INSERT INTO progress (stream, next_ordinal, last_stamp_ms) VALUES (?, ?, ?) ON CONFLICT (stream) DO UPDATE
      SET next_ordinal = excluded.next_ordinal, last_stamp_ms = excluded.last_stamp_ms`),
    markHour: rollups.prepare('INSERT OR IGNORE INTO dirty_hour (hour, datastream) VALUES (?, ?)'),
    cleanHour: rollups.prepare('DELETE FROM dirty_hour WHERE hour = ? AND datastream = ?'),
    nextDirtyHour: rollups.prepare<[number], { hour: number }>(
      'SELECT hour FROM dirty_hour WHERE hour >= ? ORDER BY hour LIMIT 1',
    ),
    dirtyHours: rollups.prepare<[number, number], { datastream: number }>(
      'SELECT datastream FROM dirty_hour WHERE hour = ? ORDER BY datastream LIMIT ?',
    ),
    saveHour: rollups.prepare(`
      INSERT OR REPLACE INTO hourly (day, datastream, hour, ${SUMMARY_COLUMN_NAMES}) VALUES (?, ?, ?, ${places})`),
    deleteHour: rollups.prepare('DELETE FROM hourly WHERE day = ? AND datastream = ? AND hour = ?'),
    hours: rollups
      .prepare<[number, number]>(
        `SELECT ${SUMMARY_COLUMN_NAMES} FROM hourly WHERE day = ? AND datastream = ? ORDER BY hour`,
      )
      .raw(),
    markDay: rollups.prepare('INSERT OR IGNORE INTO dirty_day (day, datastream) VALUES (?, ?)'),
    cleanDay: rollups.prepare('DELETE FROM dirty_day WHERE day = ? AND datastream = ?'),
    dirtyDays: rollups.prepare<[number, number], { day: number; datastream: number }>(
      'SELECT day, datastream FROM dirty_day WHERE day < ? ORDER BY day, datastream LIMIT ?',
    ),
    saveDay: rollups.prepare(
      `INSERT OR REPLACE INTO daily (day, datastream, ${SUMMARY_COLUMN_NAMES}) VALUES (?, ?, ${places})`,
    ),
    deleteDay: rollups.prepare('DELETE FROM daily WHERE day = ? AND datastream = ?'),
  };
}
