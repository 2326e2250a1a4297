import {
  decimalToNumber,
  type EpochMs,
  formatObservedValue,
  isSuppressed,
  packQuality,
  parseObservedValue,
  type Quality,
  type QualityFlag,
  TIME_SOURCES,
  unpackQuality,
} from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { Datastream } from '../normalise/datastream.ts';
import {
  type CountCell,
  contribute,
  PARTS_MAX,
  type Part,
  publishedCount,
  staysWhole,
  sumOf,
  windowBeginMs,
  withoutCounts,
} from '../privacy/count-cell.ts';
import type { CountContribution } from '../privacy/withhold-counts.ts';
import type { StoredGap } from './stored-gaps.ts';
import type { StoredObservation } from './stored-observations.ts';

/**
 * Why a count did not reach a sum, or a sum its readers: `crossing`, it would put a decided window on the other side of
 * the threshold; `moved`, it would take a count out of a decided window into another one; `too-old` and `too-new`, its window lies too far from now; `cells-full`, the bound on windows or on the
 * parts of one is reached; `outside-range`, more than the property can have.
 */
export const UNPUBLISHED_COUNT_REASONS = [
  'crossing',
  'moved',
  'too-old',
  'too-new',
  'cells-full',
  'outside-range',
] as const;
export type UnpublishedCountReason = (typeof UNPUBLISHED_COUNT_REASONS)[number];

const MS_PER_SECOND = 1_000;
const MS_PER_DAY = 86_400_000;
/** A window that ended longer ago takes no more counts, so that it can be forgotten a day later. */
const LATE_DAYS_MAX = 14;
const KEEP_DAYS = LATE_DAYS_MAX + 1;
/** A device whose clock runs ahead further than this opens no windows. */
const AHEAD_MS_MAX = MS_PER_DAY;
/** Windows on file, open and closed: about 120 bytes each. */
const CELLS_MAX = 500_000;
const FORGET_CHUNK = 1_000;
const NEW_CELL_PARTS = '[]';

interface Touched {
  readonly row: CellRow;
  readonly cell: CountCell;
  readonly added: readonly Part[];
  readonly quality: number;
}

interface CellRow {
  readonly datastream: string;
  readonly begin_ms: number;
  readonly end_ms: number;
  readonly description: number;
  readonly below: number;
  readonly count_max: number;
  readonly closes_ms: number;
  readonly quality: number;
  readonly parts: string;
  readonly published: string | null;
  /** 1: that counts of it were withheld has been said. */
  readonly withheld: 0 | 1;
}

/**
 * Sums of counts in fixed windows, durable with the uplinks that bring the counts. Everything that decides about a window
 * (threshold, end, description) is kept with it from its first count on, so that a changed configuration changes later
 * windows only. Every method is part of the caller's transaction.
 */
export class CountCellStore {
  readonly unpublished: Map<UnpublishedCountReason, number>;
  #withheld: StoredGap[] = [];
  readonly #read: Database.Statement<[string, number], CellRow>;
  readonly #write: Database.Statement<CellRow>;
  readonly #due: Database.Statement<[number, number], CellRow>;
  readonly #forget: Database.Statement<[number, number]>;
  #cellCount: number;

  /** @param unpublished what was left out since the program started */
  constructor(connection: Database.Database, unpublished = new Map<UnpublishedCountReason, number>()) {
    this.unpublished = unpublished;
    this.#read = connection.prepare('SELECT * FROM count_cells WHERE datastream = ? AND begin_ms = ?');
    this.#write = connection.prepare(
      `INSERT OR REPLACE INTO count_cells VALUES (@datastream, @begin_ms, @end_ms, @description, @below, @count_max,
       @closes_ms, @quality, @parts, @published, @withheld)`,
    );
    this.#due = connection.prepare(
      'SELECT * FROM count_cells WHERE published IS NULL AND closes_ms <= ? ORDER BY closes_ms LIMIT ?',
    );
    this.#forget = connection.prepare(
      `DELETE FROM count_cells WHERE (datastream, begin_ms) IN
       (SELECT datastream, begin_ms FROM count_cells WHERE published IS NOT NULL AND end_ms < ? LIMIT ?)`,
    );
    this.#cellCount = connection.prepare<[], number>('SELECT count(*) FROM count_cells').pluck().get() as number;
  }

  /**
   * Adds the counts of one uplink to their windows.
   * @returns corrections of what was published of a window
   */
  add(
    contributions: readonly CountContribution[],
    descriptionId: (datastream: Datastream, phenomenonMs: EpochMs) => number,
    nowMs: EpochMs,
  ): StoredObservation[] {
    if (contributions.length === 0) return [];
    return [...Map.groupBy(contributions, ({ window }) => window.key).values()].flatMap((group) => {
      const touched = new Map<EpochMs, Touched>();
      for (const contribution of group) {
        const row = this.#rowFor(contribution, descriptionId, nowMs);
        if (row === undefined) continue;
        const known = touched.get(row.begin_ms) ?? { row, cell: toCell(row), added: [], quality: row.quality };
        const quality = worseQuality(known.quality, contribution.quality);
        const part: Part = [contribution.beginMs, contribution.count];
        touched.set(row.begin_ms, { ...known, added: [...known.added, part], quality });
      }
      return this.#addTogether([...touched.values()]);
    });
  }

  /** The window of a count as it is on file, or a new one; undefined where it can take no count. */
  #rowFor(
    { window, rule, beginMs, quality }: CountContribution,
    descriptionId: (datastream: Datastream, phenomenonMs: EpochMs) => number,
    nowMs: EpochMs,
  ): CellRow | undefined {
    const windowMs = windowBeginMs(beginMs, rule.windowSeconds);
    const endMs = windowMs + rule.windowSeconds * MS_PER_SECOND;
    const leaveOut = (reason: UnpublishedCountReason) => {
      this.#withheld.push(withheldWindow(descriptionId(window, windowMs), windowMs));
      return this.#leaveOut(reason);
    };
    if (endMs < nowMs - LATE_DAYS_MAX * MS_PER_DAY) return leaveOut('too-old');
    if (endMs > nowMs + AHEAD_MS_MAX) return leaveOut('too-new');
    const known = this.#read.get(window.key, windowMs);
    if (known !== undefined) return known;
    if (this.#cellCount >= CELLS_MAX) return leaveOut('cells-full');
    return {
      datastream: window.key,
      begin_ms: windowMs,
      end_ms: endMs,
      description: descriptionId(window, windowMs),
      below: rule.below,
      count_max: decimalToNumber(window.property.range.max),
      // What arrives long after the window has ended opens it all the same: nothing was said about it yet.
      closes_ms: Math.max(endMs, nowMs) + rule.closeAfterSeconds * MS_PER_SECOND,
      quality: packQuality({ timeSource: quality.timeSource, flags: [] }),
      parts: NEW_CELL_PARTS,
      published: null,
      withheld: 0,
    };
  }

  #addTogether(touched: readonly Touched[]): StoredObservation[] {
    const areDecided = staysWhole(touched);
    if (areDecided) this.#leaveOut('moved');
    return touched.flatMap(({ row, cell, added, quality }) => {
      const parts = areDecided ? withoutCounts(cell, added) : added;
      const isHidden = cell.published !== undefined && isSuppressed(cell.published);
      const said = isHidden ? this.#withhold(row) : row;
      if (parts.length === 0) return this.#keep(row, said);
      const correction = this.#contribute(said, contribute(cell, parts), quality);
      return correction === undefined ? [] : [correction];
    });
  }

  #contribute(
    row: CellRow,
    { cell, outcome }: ReturnType<typeof contribute>,
    quality: number,
  ): StoredObservation | undefined {
    if (cell.parts.length > PARTS_MAX) {
      this.#write.run(this.#withhold(row));
      return this.#leaveOut('cells-full');
    }
    const isTooMuch = outcome === 'correction' && sumOf(cell.parts) > row.count_max;
    const changed = {
      ...(isTooMuch ? this.#withhold(row) : row),
      quality,
      parts: JSON.stringify(cell.parts),
      published: cell.published === undefined || isTooMuch ? row.published : formatObservedValue(cell.published),
    };
    if (row.parts === NEW_CELL_PARTS) this.#cellCount += 1;
    this.#write.run(changed);
    if (isTooMuch) return this.#leaveOut('outside-range');
    if (outcome === 'crossing') return this.#leaveOut('crossing');
    return outcome === 'correction' ? toObservation(changed, changed.published ?? '') : undefined;
  }

  /** Decides up to `cellsMax` windows whose time has come: what is published of them. */
  close(
    nowMs: EpochMs,
    cellsMax: number,
  ): { readonly closedCount: number; readonly observations: StoredObservation[] } {
    const due = this.#due.all(nowMs, cellsMax);
    const observations: StoredObservation[] = [];
    for (const row of due) {
      const sum = sumOf(toCell(row).parts);
      const published = formatObservedValue(publishedCount(sum, row.below));
      const isTooMuch = sum > row.count_max;
      this.#write.run({ ...(isTooMuch ? this.#withhold(row) : row), published });
      if (isTooMuch) this.#leaveOut('outside-range');
      else observations.push(toObservation(row, published));
    }
    return { closedCount: due.length, observations };
  }

  /** Deletes a chunk of the windows that can take no more counts. */
  forgetOld(nowMs: EpochMs): void {
    this.#cellCount -= this.#forget.run(nowMs - KEEP_DAYS * MS_PER_DAY, FORGET_CHUNK).changes;
  }

  /**
   * Windows of which counts were withheld since the last call, each window on file once. Whether there is one depends on
   * when counts came and never on how many people they were of: every count that comes late to a suppressed window makes
   * one, whether it would have changed its side or not. A window that shows a number makes none when it stays as it is
   * (`crossing`, `moved`), because that tells how many people were moved into a suppressed neighbour, or how few are left.
   * The times are those of the day.
   */
  takeWithheld(): StoredGap[] {
    const withheld = this.#withheld;
    this.#withheld = [];
    return withheld;
  }

  #withhold(row: CellRow): CellRow {
    if (row.withheld === 1) return row;
    this.#withheld.push(withheldWindow(row.description, row.begin_ms));
    return { ...row, withheld: 1 };
  }

  #keep(row: CellRow, said: CellRow): [] {
    if (said !== row) this.#write.run(said);
    return [];
  }

  #leaveOut(reason: UnpublishedCountReason): undefined {
    this.unpublished.set(reason, (this.unpublished.get(reason) ?? 0) + 1);
  }
}

function withheldWindow(descriptionId: number, beginMs: EpochMs): StoredGap {
  const dayMs = Math.floor(beginMs / MS_PER_DAY) * MS_PER_DAY;
  return [descriptionId, 'suppressed', 1, dayMs, dayMs + MS_PER_DAY - 1];
}

function toCell({ below, parts, published }: CellRow): CountCell {
  return {
    below,
    parts: JSON.parse(parts) as Part[],
    published: published === null ? undefined : parseObservedValue(published),
  };
}

/** The result time is the end of the window, not the moment of the last count. */
function toObservation({ description, begin_ms, end_ms, quality }: CellRow, value: string): StoredObservation {
  return [description, begin_ms, end_ms, end_ms, value, quality];
}

/** Flags of a count that its sum may show. The others compare it with its neighbours, which a window may hide. */
const VALUE_FREE_FLAGS: ReadonlySet<QualityFlag> = new Set<QualityFlag>([
  'clock-unsynchronised',
  'device-reported-fault',
  'sensor-tilted',
  'uptime-low',
]);

/** The worst time source and every flag of two that a sum may show. */
function worseQuality(packed: number, { timeSource, flags }: Quality): number {
  const known = unpackQuality(packed) ?? { timeSource, flags: [] };
  const worst = Math.max(TIME_SOURCES.indexOf(known.timeSource), TIME_SOURCES.indexOf(timeSource));
  return packQuality({
    timeSource: TIME_SOURCES[worst] ?? timeSource,
    flags: [...new Set([...known.flags, ...flags.filter((flag) => VALUE_FREE_FLAGS.has(flag))])],
  });
}
