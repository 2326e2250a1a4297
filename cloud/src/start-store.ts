import { ok } from '@meetbrug/protocols/result';
import type { Registry } from 'prom-client';
import { streamsOutsideAll } from './access/outside-all.ts';
import type { LoadedConfig } from './config/cloud-config.ts';
import type { FeedSettings } from './ldes/feed.ts';
import { startWriter, type Writer, type WriterEvents } from './log/writer.ts';
import { writerSettingsOf } from './log/writer-settings.ts';
import type { PageFiles } from './pages/page-files.ts';
import { openPageFilesOfStore } from './pages/page-files-of-store.ts';
import { viewIdentity } from './pages/view-identity.ts';
import { type ReadPool, startReadPool } from './read/read-pool.ts';
import type { ReaderSettings } from './read/read-tasks.ts';
import type { StartResult } from './start-fault.ts';
import { type RunningTimeSeries, startTimeSeries } from './timeseries/start-time-series.ts';
import { createViews, type RunningViews } from './views/start-views.ts';

export interface StoreParts {
  readonly loaded: LoadedConfig;
  readonly dataDir: string;
  readonly storeFile: string;
  readonly publicBaseUrl: string;
  readonly feeds: ReadonlyMap<string, FeedSettings>;
  readonly registry: Registry;
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly nowMs: () => number;
  /** Beside what the views and the time series are told. */
  readonly events: Required<WriterEvents>;
}

/** The log with everything that is derived from it, and who reads it. */
export interface RunningStore {
  readonly writer: Writer;
  readonly views: RunningViews;
  readonly series: RunningTimeSeries;
  readonly readers: ReadPool;
  readonly pageFiles: PageFiles | undefined;
  /** Commits what waits and closes it. What asks the readers should have stopped before. */
  stop(): Promise<void>;
}

/** Opens the store: its writer, then its views and time series, then its readers. What was started before a fault is stopped. */
export async function startStore(parts: StoreParts): Promise<StartResult<RunningStore>> {
  const { loaded, dataDir, storeFile, publicBaseUrl, feeds, registry, logger, nowMs, events } = parts;
  const { config, influx = [] } = loaded;
  const views = createViews({
    dataDir,
    storeFile,
    isServed: (organisation, stream) => feeds.has(`${organisation}/${stream}`),
    retainEveryMinutes: config.ldes.retainEveryMinutes,
    onIndexFailed: (detail) => logger.warn({ detail }, 'views stand still'),
  });
  const allWithout = streamsOutsideAll(config);
  const running: { timeSeries?: RunningTimeSeries } = {};
  const started = await startWriter(writerSettingsOf(config, { file: storeFile, publicBaseUrl, allWithout }), {
    onFailed: events.onFailed,
    onTended(changes) {
      views.events.onTended(changes);
      events.onTended(changes);
    },
    onCommitted(commit) {
      views.events.onHeads(commit.heads);
      running.timeSeries?.wake();
      events.onCommitted(commit);
    },
  });
  if (!started.ok) return started;
  const writer = started.value;
  const index = await views.start(writer);
  if (!index.ok) return giveUp(index);
  const series = await startTimeSeries(config.timeSeries, { dataDir, storeFile, influx, registry, logger });
  if (!series.ok) return giveUp(series);
  running.timeSeries = series.value;
  const { rollupFile, answerFrom } = series.value;
  const timeSeries = { rollupFile, answerFrom };
  const reading: ReaderSettings = {
    file: storeFile,
    indexFile: index.value,
    publicBaseUrl,
    feeds,
    allWithout,
    timeSeries,
  };
  const readers = startReadPool({
    module: new URL('./read/read-worker.ts', import.meta.url),
    workerData: reading,
    ...config.readers,
  });
  const pageFiles = openPageFilesOfStore({
    dataDir,
    storeFile,
    diskBytesMax: config.cache.diskBytesMax,
    lastStampMs: writer.lastStampMs,
    views: () => views.served.list().map((view) => viewIdentity(publicBaseUrl, view)),
    nowMs,
    onFault: (detail) => logger.warn({ detail }, 'pages cannot be kept on disk: they are made again when asked for'),
  });
  return ok({
    writer,
    views,
    series: series.value,
    readers,
    pageFiles,
    async stop() {
      await series.value.stop();
      await views.stop();
      await writer.stop();
      await readers.stop();
      await pageFiles?.stop();
    },
  });

  async function giveUp<Refused>(refused: Refused): Promise<Refused> {
    await views.stop();
    await writer.stop();
    return refused;
  }
}
