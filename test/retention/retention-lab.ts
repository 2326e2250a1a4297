import { join } from 'node:path';
import { createColdTier } from '@meetbrug/cloud/src/cold/cold-tier.ts';
import { createStoreRows } from '@meetbrug/cloud/src/cold/store-rows.ts';
import { storeRetentionSchema } from '@meetbrug/cloud/src/config/retention-config.ts';
import { createVersionFinder } from '@meetbrug/cloud/src/dereference/find-versions.ts';
import type { BatchCounts } from '@meetbrug/cloud/src/log/append-batch.ts';
import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import { openRollupsForWriting } from '@meetbrug/cloud/src/timeseries/rollups/open-rollups.ts';
import { createRollupMaker } from '@meetbrug/cloud/src/timeseries/rollups/rollup-maker.ts';
import { createRollupReader } from '@meetbrug/cloud/src/timeseries/rollups/rollup-reader.ts';
import { createStoreTimeSeries } from '@meetbrug/cloud/src/timeseries/store-time-series.ts';
import type { KeyedRow } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { type LabObservation, labBatch, STREAM } from '../views/lab-batches.ts';
import { ldesConfig, ViewLab } from '../views/view-lab.ts';

export const DAY_MS = 86_400_000;
export const VIEW_DAYS = 20;
export const STORE_DAYS = 25;
export const ORGANISATIONS = ['demo', 'other'] as const;
export const VIEWS = ['by-page', 'by-time', 'by-property', 'by-page-of-three', 'latest'] as const;

const small = { pageSize: 2, fanOut: 2 };
const retention = { days: VIEW_DAYS };
const LDES = ldesConfig({
  ...small,
  retention,
  views: [
    { kind: 'by-time', ...small, retention },
    { kind: 'by-property', ...small, retention },
    { kind: 'by-page', name: 'by-page-of-three', pageSize: 3, fanOut: 2, retention },
    { kind: 'latest', buckets: 3 },
  ],
  allStreams: [STREAM],
});
const END_MS = Date.UTC(2100, 0, 1);

/** A version as the log had it when it was published. */
export interface Published {
  readonly organisation: string;
  readonly stream: number;
  readonly ordinal: number;
  readonly datastream: number;
  readonly key: DatastreamKey;
  readonly beginMs: number;
  readonly revision: number;
  readonly stampMs: number;
}

export interface Delivered {
  readonly organisation: string;
  readonly sequence: number;
  readonly observations: readonly LabObservation[];
}

/** The parts of a cloud that keep and show observations, with store retention, on files of their own. */
export class RetentionLab {
  readonly views = new ViewLab();
  readonly published: Published[] = [];
  readonly #noted = new Map<number, number>();
  nowMs: number;

  constructor(startMs: number) {
    this.nowMs = startMs;
    this.start();
  }

  start(): void {
    this.views.start({
      ldes: LDES,
      organisations: ORGANISATIONS.map((name) => ({ name, inAllStreams: true })),
      stream: STREAM,
      renderVersion: RENDER_VERSIONS.plain,
      isDurable: false,
      stepMembers: 5,
      // The other organisation keeps everything.
      retention: storeRetentionSchema.parse({
        days: STORE_DAYS,
        streams: [{ organisation: ORGANISATIONS[1], stream: STREAM }],
      }),
    });
    this.views.catchUp();
  }

  restart(): void {
    this.views.stop();
    this.start();
  }

  /** Delivers one uplink and notes what was published of it. */
  deliver({ organisation, sequence, observations }: Delivered): BatchCounts {
    const batch = labBatch('00112233445566aa', sequence, observations);
    const reply = this.views.deliver(`edge-${organisation}`, organisation, batch, this.nowMs);
    if (reply.kind !== 'committed') throw new Error(`the writer answered ${reply.kind}`);
    const [outcome] = reply.batches;
    const acknowledged = outcome?.acknowledgement?.acknowledged ?? [];
    if (!acknowledged.some(([from, to]) => from <= sequence && sequence <= to)) {
      throw new Error(`uplink ${sequence} was not acknowledged`);
    }
    this.#note();
    this.views.catchUp();
    return outcome?.counts as BatchCounts;
  }

  #note(): void {
    const heads = this.views.store
      .prepare<[], { id: number; next: number }>('SELECT id, next_ordinal AS next FROM stream')
      .all();
    for (const { id, next } of heads) {
      const from = this.#noted.get(id) ?? 0;
      if (from < next) this.published.push(...this.log(id, from));
      this.#noted.set(id, next);
    }
  }

  /** What the log has now, of all streams or of one from a place on. */
  log(stream?: number, from = 0): Published[] {
    const where = stream === undefined ? '' : `WHERE log.stream = ${stream} AND log.ordinal >= ${from}`;
    return this.views.store
      .prepare<[], Published>(`
        SELECT datastream.organisation, log.stream, log.ordinal, log.datastream, datastream.key, log.begin_ms AS beginMs,
          log.revision, log.stamp_ms AS stampMs
        FROM log JOIN datastream ON datastream.id = log.datastream ${where} ORDER BY log.stream, log.ordinal`)
      .all();
  }

  /** Two rounds: what the views drop in the first leaves the store in the second. */
  retain(): void {
    for (let round = 0; round < 2; round++) {
      this.views.tend();
      this.views.catchUp();
    }
  }

  async runColdTier(): Promise<void> {
    const tier = createColdTier(
      this.views.store,
      { afterMonths: 1 },
      {
        ask: (work) => Promise.resolve(this.views.cold(work)),
        turn: () => Promise.resolve(),
        readersPast: () => Promise.resolve(),
        onWritten: () => undefined,
      },
    );
    await tier.run();
  }

  /** Instant before which a stream's observations have expired; minus infinity for none. */
  cutoffMs(stream: number): number {
    const cutoff = this.views.store
      .prepare<[number], number>('SELECT cutoff_ms FROM stream_cutoff WHERE stream = ?')
      .pluck()
      .get(stream);
    return cutoff ?? Number.NEGATIVE_INFINITY;
  }

  datastreams(): number[] {
    return this.views.store.prepare<[], number>('SELECT id FROM datastream ORDER BY id').pluck().all();
  }

  /** All observations that the time series has, hot and cold. */
  async series(): Promise<KeyedRow[]> {
    const source = createStoreRows(this.views.store);
    const range = { datastreams: this.datastreams(), fromMs: 0, toMs: END_MS, descending: false, limit: 3 };
    const rows: KeyedRow[] = [];
    for (let after: KeyedRow | undefined | { beginMs: number; datastream: number }; ; ) {
      const page = await source.page({ ...range, after });
      rows.push(...page.rows);
      if (page.next === undefined) return rows;
      after = page.next;
    }
  }

  /** How many observations each datastream has by its statistics, which take hours and days from the rollups. */
  async counts(): Promise<Map<number, number>> {
    const { store, storeFile } = this.views;
    const rows = createStoreRows(store);
    const rollups = openRollupsForWriting(join(storeFile, '..', 'rollups.sqlite'), store);
    try {
      const maker = createRollupMaker(store, rows, rollups, { quietMs: 0, nowMs: () => END_MS });
      while ((await maker.step()) !== 'nothing');
      const series = createStoreTimeSeries(store, rows, createRollupReader(store, rollups));
      const statistics = await series.statistics({
        datastreams: this.datastreams(),
        fromMs: 0,
        toMs: this.nowMs + 40 * DAY_MS,
      });
      if (!statistics.ok) throw new Error(statistics.fault.detail);
      return new Map(statistics.value.map(({ datastream, count }) => [datastream, count]));
    } finally {
      rollups.close();
    }
  }

  /** Revision that an observation's IRI stands for, or why for none. */
  dereference({ organisation, key, beginMs }: Published): number | 'expired' | 'unknown' {
    const find = createVersionFinder(this.views.store);
    const found = find.observation(organisation, key, beginMs);
    if (found !== undefined) return found.versions[0] as number;
    return find.hasExpired(organisation, key, beginMs) ? 'expired' : 'unknown';
  }
}
