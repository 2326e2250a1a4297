import type { Store } from '../log/open-store.ts';
import { QUARTER_MS, quarterOf } from '../log/schema.ts';
import type { ColdRow } from './cold-row.ts';
import type { MonthSpan } from './month.ts';

/** Some rows of the store in the order of a file, and what they are all rows of. */
export interface HotChunk extends MonthSpan {
  readonly rows: readonly ColdRow[];
  readonly firstDatastream: number;
  readonly lastDatastream: number;
}

export interface HotRows {
  /**
   * All rows of some datastreams in a span, a bounded part at a time; together the chunks cover every datastream over the
   * whole span, and each comes behind the one before in the order of the file.
   * @param datastreams in rising order
   */
  chunks(datastreams: readonly number[], span: MonthSpan): Generator<HotChunk>;
  /** How many there are of each organisation. */
  count(span: MonthSpan): Map<string, number>;
  /** The first instant at or behind `fromMs` whose quarter of an hour has rows; undefined when there is none. */
  firstAtOrBehind(fromMs: number): number | undefined;
}

const CHUNK_ROWS_MAX = 32_768;
const CHUNK_DATASTREAMS_MAX = 512;
const COUNTED_QUARTERS = 96;

/** Every statement is a short read of its own: none holds back the write-ahead log. */
export function createHotRows(store: Store): HotRows {
  const select = store.prepare<[number, number, number], ColdRow>(`
    SELECT datastream, begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below, quality,
      revision, confirmed_revision AS confirmedRevision, stamp_ms AS stampMs
    FROM series WHERE quarter = ? AND datastream >= ? AND datastream <= ?`);
  const next = store.prepare<[number], { quarter: number }>(
    'SELECT quarter FROM series WHERE quarter >= ? ORDER BY quarter LIMIT 1',
  );
  const countBetween = store.prepare<[number, number], { organisation: string; rows: number }>(`
    SELECT organisation, count(*) AS rows FROM series JOIN datastream ON datastream.id = series.datastream
    WHERE quarter >= ? AND quarter < ? GROUP BY organisation`);

  /** Undefined when there are more than fit in a chunk. */
  const read = (datastreams: readonly number[], { fromMs, toMs }: MonthSpan): ColdRow[] | undefined => {
    const [first, last] = [datastreams[0] as number, datastreams.at(-1) as number];
    const wanted = new Set(datastreams);
    const rows: ColdRow[] = [];
    for (let quarter = quarterOf(fromMs); quarter < quarterOf(toMs); quarter++) {
      const found = select.all(quarter, first, last).filter(({ datastream }) => wanted.has(datastream));
      rows.push(...found);
      if (rows.length > CHUNK_ROWS_MAX && quarterOf(toMs) - quarterOf(fromMs) > 1) return undefined;
      if (found.length > 0) continue;
      const following = next.get(quarter + 1)?.quarter;
      if (following === undefined) break;
      quarter = Math.max(quarter, following - 1);
    }
    return rows.sort((a, b) => a.datastream - b.datastream || a.beginMs - b.beginMs);
  };

  function* halves(datastreams: readonly number[], span: MonthSpan): Generator<HotChunk> {
    const rows = read(datastreams, span);
    if (rows !== undefined) {
      const [firstDatastream, lastDatastream] = [datastreams[0] as number, datastreams.at(-1) as number];
      yield { ...span, firstDatastream, lastDatastream, rows };
    } else if (datastreams.length > 1) {
      const middle = datastreams.length >> 1;
      yield* halves(datastreams.slice(0, middle), span);
      yield* halves(datastreams.slice(middle), span);
    } else {
      const middleMs = quarterOf((span.fromMs + span.toMs) / 2) * QUARTER_MS;
      yield* halves(datastreams, { fromMs: span.fromMs, toMs: middleMs });
      yield* halves(datastreams, { fromMs: middleMs, toMs: span.toMs });
    }
  }

  return {
    *chunks(datastreams, span) {
      let size = 8;
      for (let at = 0; at < datastreams.length; ) {
        const asked = datastreams.slice(at, at + size);
        let rows = 0;
        for (const chunk of halves(asked, span)) {
          rows += chunk.rows.length;
          yield chunk;
        }
        at += asked.length;
        // As many datastreams at once as nearly fill a chunk, by what the last ones had.
        const fitting = Math.floor((CHUNK_ROWS_MAX * 0.8 * asked.length) / Math.max(1, rows));
        size = Math.min(CHUNK_DATASTREAMS_MAX, size * 4, Math.max(1, fitting));
      }
    },
    count({ fromMs, toMs }) {
      const counts = new Map<string, number>();
      for (let quarter = quarterOf(fromMs); quarter < quarterOf(toMs); quarter += COUNTED_QUARTERS) {
        const end = Math.min(quarter + COUNTED_QUARTERS, quarterOf(toMs));
        for (const { organisation, rows } of countBetween.all(quarter, end)) {
          counts.set(organisation, (counts.get(organisation) ?? 0) + rows);
        }
      }
      return counts;
    },
    firstAtOrBehind(fromMs) {
      const quarter = next.get(quarterOf(fromMs))?.quarter;
      return quarter === undefined ? undefined : quarter * QUARTER_MS;
    },
  };
}
