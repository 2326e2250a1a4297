import { inTransaction } from '../log/commit-group.ts';
import type { Store } from '../log/open-store.ts';
import { createTestLog, description, KEY, type TestBatch } from '../log/test-log.ts';
import { createSeriesReader, type SeriesRow } from '../timeseries/read-series.ts';
import { type ColdTier, type ColdTierPorts, createColdTier } from './cold-tier.ts';
import { type ColdWork, createColdWorker } from './cold-work.ts';

/** When everything is committed: the months in which the test's observations begin have closed by then. */
export const LATER_MS = Date.UTC(2027, 5, 1);
const END_MS = Date.UTC(2100, 0, 1);

export const OTHER_KEY = 'meetpunt-2.sensor-2.luchttemperatuur.momentaan';

export const DESCRIPTIONS = [
  description(),
  description({
    datastream: OTHER_KEY,
    measuringPoint: { name: 'meetpunt-2', label: 'Meetpunt 2', longitude: 3.7, latitude: 51 },
    sensor: { name: 'sensor-2', manufacturer: 'Milesight', model: 'EM300-TH' },
  }),
];

/** Thrown where a test ends the work of a tier, as a crash would. */
export class Crash extends Error {}

/** A log with a tier beside it; the tier's port to the writer can be made to crash. */
export function createTestTier() {
  const log = createTestLog();
  const { store } = log;
  const work = createColdWorker(store);
  const ask = (asked: ColdWork) => {
    const done = inTransaction(store, () => work(asked));
    if (!done.ok) throw new Error(done.fault.detail);
  };
  const tier = (ports: Partial<ColdTierPorts> = {}): ColdTier =>
    createColdTier(
      store,
      { afterMonths: 1 },
      {
        ask: (asked) => Promise.resolve(ask(asked)),
        turn: () => Promise.resolve(),
        readersPast: () => Promise.resolve(),
        onWritten: () => undefined,
        ...ports,
      },
    );
  return {
    ...log,
    ask,
    tier,
    deliver: (batch: Pick<TestBatch, 'uplinks' | 'epoch'>) =>
      log.commit({ key: KEY, others: [OTHER_KEY], descriptions: DESCRIPTIONS, ...batch }, LATER_MS),
    hotRows: () => store.prepare<[], number>('SELECT count(*) FROM series').pluck().get() as number,
    observations: () => [1, 2].map((datastream) => readSeries(store, datastream)),
  };
}

/** A whole series, read in pages of an odd size. */
export function readSeries(store: Store, datastream: number, limit = 7): SeriesRow[] {
  const reader = createSeriesReader(store);
  const rows: SeriesRow[] = [];
  for (let fromMs: number | undefined = 0; fromMs !== undefined; ) {
    const page = reader.observations({ datastream, fromMs, toMs: END_MS, limit });
    rows.push(...page.rows.map(plain));
    fromMs = page.nextFromMs;
  }
  return rows;
}

/** Without what only a file's rows have. */
function plain({ beginMs, endMs, resultMs, mantissa, scale, below, quality, revision, stampMs }: SeriesRow): SeriesRow {
  return { beginMs, endMs, resultMs, mantissa, scale, below, quality, revision, stampMs };
}
