import { ok } from '@meetbrug/protocols/result';
import type { Store } from '../log/open-store.ts';
import { bucketOf, DAY_MS, fixedLengthMs, HOUR_MS } from './bucket-calendar.ts';
import { pageBuckets, type Window } from './page-buckets.ts';
import { pageRange } from './page-range.ts';
import { checkDownsample, checkRange, checkStatistics, readsPerDatastream } from './plan-cost.ts';
import type { RollupReader, Stretch } from './rollups/rollup-reader.ts';
import type { RowSource } from './row-source.ts';
import { statisticsOf } from './statistics.ts';
import { BucketSummaries, type BucketSummary, eachRow, type FindBucket } from './summarise-rows.ts';
import { refusedBits, type Summary } from './summary.ts';
import type { DatastreamId, KeyedRow, StatisticsQuery, TimeRange, TimeSeries } from './time-series.ts';

/** Reads after which a page of buckets ends, as {@link readsPerDatastream} counts them. */
const PAGE_READS_MAX = 500_000;

/**
 * The time series of the store. Every page is made of short reads, so that it may be called between other work of a thread.
 * @param rows the observations, wherever the store keeps them
 * @param rollups of this store; without them everything is read from the observations
 */
export function createStoreTimeSeries(store: Store, rows: RowSource, rollups: RollupReader | undefined): TimeSeries {
  const selectLatest = store.prepare<[string], KeyedRow>(`
    SELECT latest.datastream, begin_ms AS beginMs, end_ms AS endMs, result_ms AS resultMs, mantissa, scale, below,
      quality, revision, stamp_ms AS stampMs
    FROM latest WHERE datastream IN (SELECT value FROM json_each(?)) ORDER BY datastream`);

  const summarise = async (range: TimeRange, find: FindBucket, isHourly: boolean, refused: number) => {
    const found = new BucketSummaries(find);
    if (rollups === undefined || !isHourly) {
      await eachRow(rows, range, refused, (...summary) => found.add(...summary));
    } else {
      await addFromRollups(rollups, range, find, refused, found);
    }
    return found.sorted();
  };

  const addFromRollups = async (
    reader: RollupReader,
    range: TimeRange,
    find: FindBucket,
    refused: number,
    found: BucketSummaries,
  ) => {
    const fromHour = Math.ceil(range.fromMs / HOUR_MS);
    const toHour = Math.floor(range.toMs / HOUR_MS);
    if (fromHour >= toHour) {
      await eachRow(rows, range, refused, (...summary) => found.add(...summary));
      return;
    }
    const edges = [
      { fromMs: range.fromMs, toMs: fromHour * HOUR_MS },
      { fromMs: toHour * HOUR_MS, toMs: range.toMs },
    ].filter(({ fromMs, toMs }) => fromMs < toMs);
    const mayJoinDay = (day: number) => find(day * DAY_MS).endMs >= (day + 1) * DAY_MS;
    const hours = reader.read(
      range.datastreams.map((datastream) => ({ datastream, fromHour, toHour, mayJoinDay, refusedBits: refused })),
    );
    for (const [index, datastream] of range.datastreams.entries()) {
      const { known, unknown } = hours[index] ?? { known: [], unknown: [] };
      const read = await readStretches(datastream, [...edges, ...unknown], refused);
      const pieces = read.length === 0 ? known : [...known, ...read].sort((a, b) => a.fromMs - b.fromMs);
      for (const { fromMs, summary } of pieces) found.add(datastream, fromMs, summary);
    }
  };

  const readStretches = async (datastream: DatastreamId, stretches: readonly Stretch[], refused: number) => {
    const pieces: { fromMs: number; summary: Summary }[] = [];
    for (const stretch of stretches) {
      await eachRow(rows, { datastreams: [datastream], ...stretch }, refused, (_, fromMs, summary) =>
        pieces.push({ fromMs, summary }),
      );
    }
    return pieces;
  };

  const summariseWindow = async ({ every, zone, quality, ...range }: Window) => {
    const isHourly = (fixedLengthMs(every) ?? HOUR_MS) >= HOUR_MS;
    return ok(await summarise(range, (ms) => bucketOf(ms, every, zone), isHourly, refusedBits(quality)));
  };

  return {
    async range(query) {
      const checked = checkRange(query);
      return checked.ok ? ok(await pageRange(rows, query)) : checked;
    },
    async downsample(query) {
      const { beginMs, endMs } = bucketOf(query.fromMs, query.every, query.zone);
      const checked = checkDownsample(query, endMs - beginMs);
      if (!checked.ok) return checked;
      const isFromRollups = rollups !== undefined && endMs - beginMs >= HOUR_MS;
      const readsIn = (lengthMs: number) => readsPerDatastream({ fromMs: 0, toMs: lengthMs }, isFromRollups);
      return pageBuckets(query, { readsIn, readsMax: PAGE_READS_MAX }, { rows, summarise: summariseWindow });
    },
    async latest(datastreams) {
      const checked = checkRange({ datastreams, limit: 1 });
      return checked.ok ? ok(selectLatest.all(JSON.stringify(datastreams))) : checked;
    },
    async statistics(query) {
      const checked = checkStatistics(query, rollups !== undefined);
      if (!checked.ok) return checked;
      return ok((await summariseWhole(query)).map(statisticsOf));
    },
  };

  function summariseWhole({ quality, ...asked }: StatisticsQuery): Promise<readonly BucketSummary[]> {
    const range = { ...asked, datastreams: [...new Set(asked.datastreams)].sort((a, b) => a - b) };
    return summarise(range, () => ({ beginMs: range.fromMs, endMs: range.toMs }), true, refusedBits(quality));
  }
}
