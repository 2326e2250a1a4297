import Database from 'better-sqlite3';
import { monthOf } from '../cold/month.ts';
import { isUnusable, removeIndex } from '../views/open-index.ts';
import type { AlertLevel } from './alert-level.ts';
import { createNotedDays } from './noted-days.ts';
import type { AlertPoint, Untouched } from './replay-alerts.ts';

/** How far a stream of the log has been read, and the stamp of the last member that was. */
export interface LogCursor {
  readonly nextOrdinal: number;
  readonly lastStampMs: number;
}

/** A local day of a datastream that must be computed (again), from `dueMs` on: a fixed time behind its end. */
export interface DayMark {
  readonly datastream: number;
  readonly dayMs: number;
}

/** The begins of a gauge that changed lie from `fromMs` to `toMs`. */
export interface SpanMark {
  readonly datastream: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of a span that is half done. */
  readonly untouched?: Untouched | undefined;
}

/**
 * What the products still have to do: how far the log was read, which days and spans changed since they were computed, and
 * the phases that are published. All of it follows from the log and the configuration, so the file may be thrown away: then
 * everything is computed again, found to be published as it is, and not published twice.
 */
export interface ProductStore {
  transaction<T>(work: () => T): T;
  cursor(stream: number): LogCursor;
  setCursor(stream: number, cursor: LogCursor): void;
  cursors(): readonly (LogCursor & { readonly stream: number })[];
  markDay(mark: DayMark & { readonly dueMs: number }): void;
  /**
   * Marks of the earliest day that is due, in order of datastream; where `isByDatastream` says so of that day, those of its
   * month that are due, in order of datastream, then of day: as the files of closed months lie.
   */
  dueDays(nowMs: number, limit: number, isByDatastream: (dayMs: number) => boolean): readonly DayMark[];
  isMarked(mark: DayMark): boolean;
  isAnyMarked(dayMs: number): boolean;
  forgetDays(marks: readonly DayMark[]): void;
  markSpan(mark: SpanMark): void;
  spans(limit: number): readonly SpanMark[];
  /** Puts another mark in the place of this one, or none. */
  replaceSpan(datastream: number, rest: SpanMark | undefined): void;
  /** Notes a phase that was published; an older revision changes nothing. */
  setAlert(datastream: number, point: AlertPoint, revision: number): void;
  alertBefore(datastream: number, beginMs: number): AlertLevel | undefined;
  alertsFrom(datastream: number, fromMs: number, toMs: number): readonly AlertPoint[];
  close(): void;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS definition (text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS cursor (
  stream INTEGER PRIMARY KEY, next_ordinal INTEGER NOT NULL, last_stamp_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS day_mark (
  day_ms INTEGER NOT NULL, datastream INTEGER NOT NULL, due_ms INTEGER NOT NULL, month TEXT NOT NULL,
  PRIMARY KEY (day_ms, datastream)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS day_mark_due ON day_mark (due_ms);
CREATE INDEX IF NOT EXISTS day_mark_month ON day_mark (month, datastream, day_ms);
CREATE TABLE IF NOT EXISTS span_mark (
  datastream INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
  untouched_ms INTEGER, untouched_level INTEGER
);
CREATE TABLE IF NOT EXISTS alert (
  datastream INTEGER NOT NULL, begin_ms INTEGER NOT NULL, level INTEGER NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (datastream, begin_ms)
) WITHOUT ROWID;`;

/**
 * Opens the file, or begins a new one where it is damaged or was made under another definition.
 * @param definition what decides which products there are, as text
 */
export function openProductStore(file: string, definition: string): ProductStore {
  try {
    const known = open(file);
    const text = known.prepare<[], { text: string }>('SELECT text FROM definition').get()?.text;
    if (text === definition) return storeOver(known);
    known.close();
  } catch (error) {
    if (!isUnusable(error)) throw error;
  }
  removeIndex(file);
  const made = open(file);
  made.prepare('INSERT INTO definition (text) VALUES (?)').run(definition);
  return storeOver(made);
}

function open(file: string): Database.Database {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.exec(SCHEMA);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function storeOver(db: Database.Database): ProductStore {
  const statements = prepare(db);
  const noted = createNotedDays();
  const markSpan = ({ datastream, fromMs, toMs, untouched }: SpanMark) =>
    void statements.markSpan.run(datastream, fromMs, toMs, untouched?.fromMs ?? null, untouched?.before ?? null);
  return {
    transaction: (work) => db.transaction(work)(),
    cursor: (stream) => statements.cursor.get(stream) ?? { nextOrdinal: 0, lastStampMs: 0 },
    setCursor: (stream, { nextOrdinal, lastStampMs }) =>
      void statements.setCursor.run(stream, nextOrdinal, lastStampMs),
    cursors: () => statements.cursors.all(),
    markDay(mark) {
      if (noted.add(mark)) statements.markDay.run(mark.dayMs, mark.datastream, mark.dueMs, monthOf(mark.dayMs));
    },
    dueDays(nowMs, limit, isByDatastream) {
      const dayMs = statements.earliestDue.get(nowMs)?.dayMs;
      if (dayMs === undefined) return [];
      if (!isByDatastream(dayMs)) return statements.ofDay.all(dayMs, limit);
      return statements.ofMonth.all(monthOf(dayMs), nowMs, limit);
    },
    isMarked: ({ dayMs, datastream }) => statements.isMarked.get(dayMs, datastream) !== undefined,
    isAnyMarked: (dayMs) => statements.ofDay.get(dayMs, 1) !== undefined,
    forgetDays(marks) {
      for (const mark of marks) {
        statements.forgetDay.run(mark.dayMs, mark.datastream);
        noted.delete(mark);
      }
    },
    markSpan,
    spans: (limit) =>
      statements.spans.all(limit).map(({ untouchedMs, untouchedLevel, ...span }) => {
        if (untouchedMs === null) return span;
        return { ...span, untouched: { fromMs: untouchedMs, before: untouchedLevel ?? undefined } };
      }),
    replaceSpan(datastream, rest) {
      statements.forgetSpan.run(datastream);
      if (rest !== undefined) markSpan(rest);
    },
    setAlert: (datastream, { beginMs, level }, revision) =>
      void statements.setAlert.run(datastream, beginMs, level, revision),
    alertBefore: (datastream, beginMs) => statements.alertBefore.get(datastream, beginMs)?.level,
    alertsFrom: (datastream, fromMs, toMs) => statements.alertsFrom.all(datastream, fromMs, toMs),
    close: () => void db.close(),
  };
}

interface SpanRow extends Pick<SpanMark, 'datastream' | 'fromMs' | 'toMs'> {
  untouchedMs: number | null;
  untouchedLevel: AlertLevel | null;
}

function prepare(db: Database.Database) {
  const cursor = 'next_ordinal AS nextOrdinal, last_stamp_ms AS lastStampMs';
  return {
    cursor: db.prepare<[number], LogCursor>(`SELECT ${cursor} FROM cursor WHERE stream = ?`),
    cursors: db.prepare<[], LogCursor & { stream: number }>(`SELECT stream, ${cursor} FROM cursor`),
    setCursor: db.prepare('INSERT OR REPLACE INTO cursor (stream, next_ordinal, last_stamp_ms) VALUES (?, ?, ?)'),
    markDay: db.prepare('INSERT OR IGNORE INTO day_mark (day_ms, datastream, due_ms, month) VALUES (?, ?, ?, ?)'),
    earliestDue: db.prepare<[number], { dayMs: number }>(
      'SELECT day_ms AS dayMs FROM day_mark WHERE due_ms <= ? ORDER BY due_ms LIMIT 1',
    ),
    ofDay: db.prepare<[number, number], DayMark>(
      'SELECT datastream, day_ms AS dayMs FROM day_mark WHERE day_ms = ? ORDER BY datastream LIMIT ?',
    ),
    ofMonth: db.prepare<[string, number, number], DayMark>(`
      SELECT datastream, day_ms AS dayMs FROM day_mark WHERE month = ? AND due_ms <= ? ORDER BY datastream, day_ms LIMIT ?`),
    isMarked: db.prepare<[number, number], DayMark>('SELECT 1 FROM day_mark WHERE day_ms = ? AND datastream = ?'),
    forgetDay: db.prepare('DELETE FROM day_mark WHERE day_ms = ? AND datastream = ?'),
    markSpan: db.prepare(`
      INSERT INTO span_mark (datastream, from_ms, to_ms, untouched_ms, untouched_level) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (datastream) DO UPDATE SET from_ms = min(from_ms, excluded.from_ms), to_ms = max(to_ms, excluded.to_ms)`),
    spans: db.prepare<[number], SpanRow>(`
      SELECT datastream, from_ms AS fromMs, to_ms AS toMs, untouched_ms AS untouchedMs, untouched_level AS untouchedLevel
      FROM span_mark ORDER BY datastream LIMIT ?`),
    forgetSpan: db.prepare('DELETE FROM span_mark WHERE datastream = ?'),
    setAlert: db.prepare(`
      INSERT INTO alert (datastream, begin_ms, level, revision) VALUES (?, ?, ?, ?)
      ON CONFLICT (datastream, begin_ms) DO UPDATE SET level = excluded.level, revision = excluded.revision
      WHERE excluded.revision > revision`),
    alertBefore: db.prepare<[number, number], { level: AlertLevel }>(
      'SELECT level FROM alert WHERE datastream = ? AND begin_ms < ? ORDER BY begin_ms DESC LIMIT 1',
    ),
    alertsFrom: db.prepare<[number, number, number], AlertPoint>(`
      SELECT begin_ms AS beginMs, level FROM alert
      WHERE datastream = ? AND begin_ms >= ? AND begin_ms <= ? ORDER BY begin_ms`),
  };
}
