import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColdMonthReader } from '@meetbrug/cloud/src/cold/cold-months.ts';
import { createColdTier } from '@meetbrug/cloud/src/cold/cold-tier.ts';
import { createColdWorker } from '@meetbrug/cloud/src/cold/cold-work.ts';
import { inTransaction } from '@meetbrug/cloud/src/log/commit-group.ts';
import { openStoreForReading, openStoreForWriting, type Store } from '@meetbrug/cloud/src/log/open-store.ts';
import { quarterOf } from '@meetbrug/cloud/src/log/schema.ts';
import { createSeriesReader } from '@meetbrug/cloud/src/timeseries/read-series.ts';
import { heatDescription } from '../cloud/test-edge.ts';
import { type Bench, type BenchRow, median } from './bench-row.ts';

const FROM_MS = Date.UTC(2026, 0, 1);
const TO_MS = Date.UTC(2026, 1, 1);
const EVERY_MS = 600_000;
const TICKS = (TO_MS - FROM_MS) / EVERY_MS;
const QUERIES = 20;

/** Numbers that are the same in every run. */
function createRandom(): () => number {
  let state = 7;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** A month of temperatures that drift, every ten minutes and some, as sensors do. @returns bytes of a row */
function fillMonth(store: Store, datastreams: number): number {
  const random = createRandom();
  const insertDatastream = store.prepare(
    "INSERT INTO datastream (id, organisation, key, edge, stream, description) VALUES (?, 'demo', ?, 'edge-a', 1, ?)",
  );
  const insertDescription = store.prepare('INSERT INTO description (id, datastream, body) VALUES (?, ?, ?)');
  const insertRow = store.prepare('INSERT INTO series VALUES (?, ?, ?, NULL, ?, ?, 1, 2, ?, ?, ?, NULL)');
  const usedBytes = () =>
    Number(store.pragma('page_count', { simple: true })) * Number(store.pragma('page_size', { simple: true }));
  store.exec("INSERT INTO stream (id, organisation, name) VALUES (1, 'demo', 'heat-stress')");
  for (let id = 1; id <= datastreams; id++) {
    const description = heatDescription(id);
    insertDatastream.run(id, description.datastream, id);
    insertDescription.run(id, id, JSON.stringify(description));
  }
  // How the month came into the store is not measured, so it need not be durable.
  store.pragma('synchronous = OFF');
  const before = usedBytes();
  const tenths = Array.from({ length: datastreams }, (_, index) => 50 + (index % 200));
  let revision = 1;
  for (let tick = 0; tick < TICKS; tick++) {
    store.transaction(() => {
      for (let index = 0; index < datastreams; index++) {
        tenths[index] = (tenths[index] as number) + Math.round((random() - 0.5) * 4);
        const beginMs = FROM_MS + tick * EVERY_MS + ((index * 997) % EVERY_MS);
        const resultMs = beginMs + 120 + Math.floor(random() * 80);
        const stampMs = resultMs + 200 + Math.floor(random() * 100);
        revision += 1;
        insertRow.run(quarterOf(beginMs), index + 1, beginMs, resultMs, tenths[index], revision, revision, stampMs);
      }
    })();
  }
  store.pragma('synchronous = FULL');
  store.prepare('UPDATE stream SET last_stamp_ms = ?').run(Date.UTC(2026, 6, 1));
  return (usedBytes() - before) / (datastreams * TICKS);
}

/** Writes the month's file and drops its rows. @returns rows a second, and how long the writer was held at most */
async function closeMonth(store: Store, rows: number): Promise<{ perSecond: number; heldMsMax: number }> {
  const work = createColdWorker(store);
  const settled = () => Promise.resolve();
  let heldMsMax = 0;
  let writtenMs = 0;
  const reader = openStoreForReading(store.name);
  const startedMs = performance.now();
  await createColdTier(
    reader,
    { afterMonths: 1 },
    {
      async ask(asked) {
        const askedMs = performance.now();
        inTransaction(store, () => work(asked));
        heldMsMax = Math.max(heldMsMax, performance.now() - askedMs);
      },
      turn: settled,
      readersPast: settled,
      onWritten: () => {
        writtenMs = performance.now();
      },
    },
  ).run();
  reader.close();
  return { perSecond: rows / ((writtenMs - startedMs) / 1000), heldMsMax };
}

/** Milliseconds that a month of one datastream takes, each time of another and from a connection of its own. */
function monthQueryMs(file: string, datastreams: number): number {
  return median(
    Array.from({ length: QUERIES }, (_, index) => {
      const store = openStoreForReading(file);
      const datastream = 1 + ((index * 37) % datastreams);
      const series = createSeriesReader(store);
      const startedMs = performance.now();
      const { rows } = series.observations({ datastream, fromMs: FROM_MS, toMs: TO_MS, limit: TICKS });
      const tookMs = performance.now() - startedMs;
      store.close();
      if (rows.length !== TICKS) throw new Error(`a month of ${TICKS} observations gave ${rows.length}`);
      return tookMs;
    }),
  );
}

async function measure(datastreams: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-cold-'));
  const file = join(folder, 'cloud.sqlite');
  const store = openStoreForWriting(file);
  try {
    const rows = datastreams * TICKS;
    const hotBytes = fillMonth(store, datastreams);
    const hotMs = monthQueryMs(file, datastreams);
    const { perSecond, heldMsMax } = await closeMonth(store, rows);
    const coldMs = monthQueryMs(file, datastreams);
    const [month] = createColdMonthReader(store).list();
    if (month?.rows !== rows) throw new Error(`a month of ${rows} rows has a file of ${month?.rows}`);
    const told = (what: string, unit: string, ours: number, hot?: number): BenchRow => ({
      what,
      unit,
      ours,
      ...(hot !== undefined && { baseline: { what: 'in the store', value: hot } }),
      budget: {},
    });
    return [
      told(`cold: a row in a file of ${rows.toLocaleString('en')}`, 'bytes', month.bytes / rows, hotBytes),
      told('cold: a month of one datastream, file just opened', 'ms', coldMs, hotMs),
      told('cold: rows into a durable file, read back', 'rows/s', perSecond),
      told('cold: the writer held at once, at most', 'ms', heldMsMax),
    ];
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const coldMonths: Bench = {
  name: 'cold-months',
  about: 'a month of observations every ten minutes in the store, and in its file',
  run: ({ full }) => measure(full ? 225 : 45),
};
