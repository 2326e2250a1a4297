import type { Store } from '../log/open-store.ts';
import { createStoreStateReader } from '../views/stream-state.ts';
import type { AlertLevel } from './alert-level.ts';
import { type LocalDay, localDayOf } from './local-day.ts';
import type { ProductStore } from './product-store.ts';

/** What a row of the log is to the products. */
export interface SourceUse {
  /** Its day must be computed again. */
  readonly ofDays: boolean;
  /** Its phases must be run again. */
  readonly ofAlerts: boolean;
  /** It is itself a published phase of this source. */
  readonly phaseOf: number | undefined;
}

export interface LogMarker {
  /** Reads a bounded part of what was committed and notes what changed; true when there is more. */
  mark(useOf: (datastream: number) => SourceUse | undefined): boolean;
  /** Whether all that was committed before the start has been read. */
  hasSeenStart(): boolean;
}

export interface MarkSettings {
  readonly fromMs: number;
  readonly settleMs: number;
  readonly rowsMax?: number;
  /** Told of every day that changed, whether it was marked before or not. */
  readonly onDay?: (dayMs: number) => void;
}

/** As an array, which is read in two thirds of the time of an object. */
type LogRow = [
  ordinal: number,
  stampMs: number,
  datastream: number,
  beginMs: number,
  mantissa: number | null,
  revision: number,
];

const ROWS_MAX = 5_000;

/**
 * Follows the log behind the commits. The cursor moves in the transaction that notes what the rows mean, so a row is never
 * forgotten; one that is read twice notes the same.
 */
export function createLogMarker(
  store: Store,
  products: ProductStore,
  { fromMs, settleMs, rowsMax = ROWS_MAX, onDay = () => undefined }: MarkSettings,
): LogMarker {
  const readState = createStoreStateReader(store);
  const select = store
    .prepare<[number, number, number], LogRow>(`
      SELECT ordinal, stamp_ms, datastream, begin_ms, mantissa, revision
      FROM log WHERE stream = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?`)
    .raw();
  // Rows that follow each other are mostly of one day.
  let day: LocalDay = { beginMs: 0, endMs: 0 };
  const followed = () => [...readState().streams.values()].filter(({ table }) => table === 'log');
  const atStart = followed();

  const noteRow = (row: LogRow, use: SourceUse) => {
    const [, , datastream, beginMs, mantissa, revision] = row;
    if (use.phaseOf !== undefined && mantissa !== null) {
      products.setAlert(use.phaseOf, { beginMs, level: mantissa as AlertLevel }, revision);
    }
    if (beginMs < fromMs) return;
    if (use.ofAlerts) products.markSpan({ datastream, fromMs: beginMs, toMs: beginMs });
    if (!use.ofDays) return;
    if (beginMs < day.beginMs || beginMs >= day.endMs) day = localDayOf(beginMs);
    onDay(day.beginMs);
    products.markDay({ datastream, dayMs: day.beginMs, dueMs: day.endMs + settleMs });
  };

  return {
    mark(useOf) {
      return products.transaction(() => {
        let goesOn = false;
        for (const { id, memberCount } of followed()) {
          const { nextOrdinal } = products.cursor(id);
          if (nextOrdinal >= memberCount) continue;
          const rows = select.all(id, nextOrdinal, rowsMax);
          for (const row of rows) {
            const use = useOf(row[2]);
            if (use !== undefined) noteRow(row, use);
          }
          const last = rows.at(-1);
          // Rows that retention took are no rows to wait for.
          const next = last === undefined ? memberCount : last[0] + 1;
          products.setCursor(id, { nextOrdinal: next, lastStampMs: last?.[1] ?? 0 });
          goesOn ||= next < memberCount;
        }
        return goesOn;
      });
    },
    hasSeenStart: () => atStart.every(({ id, memberCount }) => products.cursor(id).nextOrdinal >= memberCount),
  };
}

/** Whether the cursors can have been moved over this log: an older copy of the store put back is another one. */
export function followsLog(store: Store, products: ProductStore): boolean {
  const counts = createStoreStateReader(store)().streams;
  const stampOf = store.prepare<[number, number], { stampMs: number }>(
    'SELECT stamp_ms AS stampMs FROM log WHERE stream = ? AND ordinal = ?',
  );
  return products.cursors().every(({ stream, nextOrdinal, lastStampMs }) => {
    if (nextOrdinal > (counts.get(stream)?.memberCount ?? 0)) return false;
    const stampMs = stampOf.get(stream, nextOrdinal - 1)?.stampMs;
    return stampMs === undefined || lastStampMs === 0 || stampMs === lastStampMs;
  });
}
