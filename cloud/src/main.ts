import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { type Audit, openAudit } from './audit/open-audit.ts';
import { type RunningAudit, recordRunning } from './audit/record-running.ts';
import { type Cold, startCold } from './cold/start-cold.ts';
import type { LoadedConfig } from './config/cloud-config.ts';
import { configuredFeeds } from './config/ldes-config.ts';
import { type Gateways, openGateways } from './gateways/open-gateways.ts';
import type { FeedPages } from './http/feed-pages.ts';
import { type HttpServer, startHttpServer } from './http/http-server.ts';
import { serveReaders } from './http/serve-readers.ts';
import { startEdgeLink } from './ingest/start-edge-link.ts';
import type { Link } from './ingest/start-link.ts';
import { feedsOf } from './ldes/served-feeds.ts';
import { commitStampMs } from './log/commit-clock.ts';
import { RENDER_VERSIONS } from './log/render-version.ts';
import { startWriter, type Writer } from './log/writer.ts';
import { type CloudMetrics, createMetrics } from './metrics.ts';
import { openPageFilesOfStore } from './pages/page-files-of-store.ts';
import { viewIdentity } from './pages/view-identity.ts';
import { type Products, startProducts } from './products/start-products.ts';
import { type ReadPool, startReadPool } from './read/read-pool.ts';
import type { ReaderSettings } from './read/read-tasks.ts';
import { type RunningTimeSeries, startTimeSeries } from './timeseries/start-time-series.ts';
import { createViews } from './views/start-views.ts';

/** What the cloud says while it runs; a pino logger is one. */
export interface CloudLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
}

export interface CloudOptions {
  /** Folder of the store; made when it is not there. */
  readonly dataDir: string;
  readonly logger: CloudLogger;
  /** The clock; the machine's own by default. */
  readonly nowMs?: () => number;
  /** The log can take nothing more: end the process, the edges keep their data. */
  readonly onFatal?: (detail: string) => void;
}

export interface Cloud {
  readonly ports: { readonly http: number; readonly mqtt: number };
  readonly publicBaseUrl: string;
  /** The counters that `/metrics` shows. */
  readonly metrics: CloudMetrics;
  /** Commits what waits and closes everything. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(?:127\.|localhost$|::1$)/;

export type StartFaultCode =
  | 'data-dir-unusable'
  | 'port-unavailable'
  | 'log-refused'
  | 'index-unusable'
  | 'rollups-unusable'
  | 'gateways-unusable'
  | 'authority-unusable';
type StartResult<T> = Result<T, Fault<StartFaultCode>>;

/**
 * Starts a cloud in this process: HTTP server, writer, readers, then the endpoint of the edges, so that nothing is taken
 * before it can be kept. A fault names the setting to change; what was started by then is stopped again.
 */
export async function startCloud(loaded: LoadedConfig, options: CloudOptions): Promise<StartResult<Cloud>> {
  const { config } = loaded;
  const { dataDir, nowMs = Date.now } = options;
  const folder = makeFolder(dataDir);
  if (!folder.ok) return folder;
  const audit = openAudit({ dataDir, nowMs, logger: options.logger });
  if (!audit.ok) return audit;
  const serverNames = [...(config.mqtt.tls?.names ?? []), ...(config.http.tls?.names ?? [])];
  const gateways = await openGateways({ ...config.gateways, dataDir, nowMs, serverNames });
  if (!gateways.ok) return gateways;
  const { host, port } = config.http;
  const tls = config.http.tls && gateways.value.certified?.tls;
  const http = await orPortFault('http.port', port, host, startHttpServer(host, port, tls));
  if (!http.ok) {
    gateways.value.stop();
    return http;
  }
  const publicBaseUrl = config.publicBaseUrl.replace(/:0(?=\/|$)/, `:${http.value.port}`);
  const foundation = { http: http.value, gateways: gateways.value, audit: audit.value, publicBaseUrl };
  const cloud = await startBehind(foundation, loaded, options);
  if (cloud.ok) return cloud;
  await http.value.stop();
  gateways.value.stop();
  return cloud;
}

interface Foundation {
  readonly http: HttpServer;
  readonly gateways: Gateways;
  readonly audit: Audit;
  readonly publicBaseUrl: string;
}

async function startBehind(
  { http, gateways, audit, publicBaseUrl }: Foundation,
  loaded: LoadedConfig,
  { dataDir, logger, nowMs = Date.now, onFatal = () => undefined }: CloudOptions,
): Promise<StartResult<Cloud>> {
  const { config, influx = [], neighbourhoods = [] } = loaded;
  const file = join(dataDir, 'cloud.sqlite');
  const feeds = feedsOf(config);
  const running: {
    link?: Link;
    readers?: ReadPool;
    pages?: FeedPages;
    audit?: RunningAudit;
    products?: Products;
    cold?: Cold;
    writer?: Writer;
    timeSeries?: RunningTimeSeries;
    failure?: string;
  } = {};
  const metrics = createMetrics({
    mqttConnections: () => running.link?.connections() ?? 0,
    brokerConnected: () => running.link?.isBrokerConnected() ?? false,
    pages: () => running.pages?.usage(),
    readersReplaced: () => running.readers?.replaced() ?? 0,
    storeBytes: () => running.cold?.usedBytes() ?? 0,
    streamsOverBytes: () => running.writer?.heldStreams().length ?? 0,
  });

  const views = createViews({
    dataDir,
    storeFile: file,
    isServed: (organisation, stream) => feeds.has(`${organisation}/${stream}`),
    retainEveryMinutes: config.ldes.retainEveryMinutes,
    onIndexFailed: (detail) => logger.warn({ detail }, 'views stand still'),
  });
  const { allStreams, isoOverlay } = config.ldes;
  const allWithout = config.organisations.flatMap(({ name, inAllStreams }) => (inAllStreams ? [] : [name]));
  const started = await startWriter(
    {
      file,
      quarantineBytesMax: config.quarantine.bytesMax,
      publicBaseUrl,
      feeds: configuredFeeds(config.ldes, config.organisations),
      all: { themes: allStreams, without: allWithout },
      retention: config.store.retention,
      renderVersion: isoOverlay ? RENDER_VERSIONS.isoOverlay : RENDER_VERSIONS.plain,
    },
    {
      onTended: views.events.onTended,
      onCommitted({ batches, heads, commitSeconds, quarantineDropped }) {
        views.events.onHeads(heads);
        running.products?.wake();
        running.timeSeries?.wake();
        metrics.recordCommit(commitSeconds, quarantineDropped);
        for (const { counts } of batches) {
          metrics.recordBatch(counts);
          running.audit?.quarantined(counts.quarantined);
        }
      },
      onFailed(detail) {
        running.failure = detail;
        logger.fatal({ detail }, 'the log can take nothing more');
        onFatal(`the log can take nothing more: ${detail}`);
      },
    },
  );
  if (!started.ok) return started;
  const writer = started.value;
  running.writer = writer;
  const index = await views.start(writer);
  if (!index.ok) {
    await views.stop();
    await writer.stop();
    return index;
  }
  const series = await startTimeSeries(config.timeSeries, {
    dataDir,
    storeFile: file,
    influx,
    registry: metrics.registry,
    logger,
  });
  if (!series.ok) {
    await views.stop();
    await writer.stop();
    return series;
  }
  running.timeSeries = series.value;
  const { rollupFile, answerFrom } = series.value;
  const timeSeries = { rollupFile, answerFrom };
  const reading: ReaderSettings = { file, indexFile: index.value, publicBaseUrl, feeds, allWithout, timeSeries };
  const readers = startReadPool({
    module: new URL('./read/read-worker.ts', import.meta.url),
    workerData: reading,
    ...config.readers,
  });
  running.readers = readers;
  const pageFiles = openPageFilesOfStore({
    dataDir,
    storeFile: file,
    diskBytesMax: config.cache.diskBytesMax,
    lastStampMs: writer.lastStampMs,
    views: () => views.served.list().map((view) => viewIdentity(publicBaseUrl, view)),
    nowMs,
    onFault: (detail) => logger.warn({ detail }, 'pages cannot be kept on disk: they are made again when asked for'),
  });

  const edgeLink = {
    loaded,
    gateways,
    writer,
    metrics,
    logger,
    nowMs,
    storeFault: () => running.cold?.boundFault(),
    audit: () => running.audit,
  };
  const link = await orPortFault('mqtt.port', config.mqtt.port, config.mqtt.host, startEdgeLink(edgeLink));
  if (!link.ok) {
    await readers.stop();
    await pageFiles?.stop();
    await series.value.stop();
    await views.stop();
    await writer.stop();
    return link;
  }
  running.cold = startCold({
    storeFile: file,
    config: config.cold,
    readersMs: config.readers.deadlineMs,
    bytesMax: config.store.bytesMax,
    writer,
    onWritten: (month) => logger.info(month, 'a closed month has its file'),
    onFailed: (detail) => logger.warn({ detail }, 'the cold tier'),
  });
  running.link = link.value;
  const runningAudit = recordRunning(audit, config);
  running.audit = runningAudit;
  if (config.products !== undefined) {
    running.products = await startProducts(config.products, {
      dataDir,
      storeFile: file,
      neighbourhoods,
      writer,
      registry: metrics.registry,
      nowMs,
      onFailed: (detail) => logger.warn({ detail }, 'products stand still'),
      onRefused: (detail) => logger.warn({ detail }, 'products are in the quarantine'),
    });
  }
  running.pages = serveReaders({
    config,
    publicBaseUrl,
    feeds,
    http,
    gateways,
    views,
    readers,
    pageFiles,
    metrics,
    logger,
    nowMs,
    link: link.value,
    audit: runningAudit,
    notReady,
  });
  if (config.mqtt.tls === undefined && !LOOPBACK.test(config.mqtt.host)) {
    logger.warn(
      { host: config.mqtt.host },
      'mqtt.tls is not set: secrets of edges travel in clear beyond this machine',
    );
  }
  logger.info({ ports: { http: http.port, mqtt: link.value.port }, publicBaseUrl, dataDir }, 'ready');

  return ok({
    ports: { http: http.port, mqtt: link.value.port },
    publicBaseUrl,
    metrics,
    async stop() {
      await link.value.stop();
      await running.products?.stop();
      await running.cold?.stop();
      await series.value.stop();
      await views.stop();
      await writer.stop();
      await http.stop();
      await readers.stop();
      await pageFiles?.stop();
      gateways.stop();
      runningAudit.stop();
      logger.info({}, 'stopped');
    },
  });

  function diskFault(): string | undefined {
    const detail = writer.diskFault();
    return detail && `--data-dir: no room on the disk of ${dataDir} (${detail}): until there is, edges keep their data`;
  }

  function notReady(): string | undefined {
    return (
      running.failure ??
      diskFault() ??
      running.cold?.boundFault() ??
      running.cold?.fault() ??
      views.fault() ??
      running.products?.fault() ??
      clockFault(writer, nowMs())
    );
  }
}

function makeFolder(dataDir: string): StartResult<undefined> {
  try {
    mkdirSync(dataDir, { recursive: true });
    return ok(undefined);
  } catch (error) {
    return fail('data-dir-unusable', `--data-dir: ${dataDir} cannot be made: ${(error as Error).message}`);
  }
}

function clockFault(writer: Writer, nowMs: number): string | undefined {
  const stamp = commitStampMs(nowMs, writer.lastStampMs());
  return stamp.ok ? undefined : stamp.fault.detail;
}

async function orPortFault<T>(
  setting: string,
  port: number,
  host: string,
  starting: Promise<T>,
): Promise<StartResult<T>> {
  try {
    return ok(await starting);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'the port is in use' : message;
    return fail('port-unavailable', `${setting}: cannot listen on ${host}:${port}: ${why}`);
  }
}
