import { join } from 'node:path';
import { ok } from '@meetbrug/protocols/result';
import type { Access } from './access/access.ts';
import { openAccess } from './access/open-access.ts';
import { streamsOutsideAll } from './access/outside-all.ts';
import { type Audit, openAudit } from './audit/open-audit.ts';
import { recordAccess } from './audit/record-access.ts';
import { type RunningAudit, recordRunning } from './audit/record-running.ts';
import { type Cold, startCold } from './cold/start-cold.ts';
import type { LoadedConfig } from './config/cloud-config.ts';
import { followBesideCloud } from './follow/follow-beside-cloud.ts';
import type { Follow } from './follow/start-follow.ts';
import { type Gateways, openGateways } from './gateways/open-gateways.ts';
import type { FeedPages } from './http/feed-pages.ts';
import { type HttpServer, startHttpServer } from './http/http-server.ts';
import { serveReaders } from './http/serve-readers.ts';
import { startEdgeLink } from './ingest/start-edge-link.ts';
import type { Link } from './ingest/start-link.ts';
import { feedsOf } from './ldes/served-feeds.ts';
import { commitStampMs } from './log/commit-clock.ts';
import { whileHeld } from './log/while-held.ts';
import { startWriter, type Writer } from './log/writer.ts';
import { writerSettingsOf } from './log/writer-settings.ts';
import { type CloudMetrics, createMetrics } from './metrics.ts';
import { boundAppends } from './outside/bound-appends.ts';
import { type Outside, startOutside } from './outside/start-outside.ts';
import { openPageFilesOfStore } from './pages/page-files-of-store.ts';
import { viewIdentity } from './pages/view-identity.ts';
import { type Products, startProducts } from './products/start-products.ts';
import { type Push, startPush } from './push/start-push.ts';
import { type ReadPool, startReadPool } from './read/read-pool.ts';
import type { ReaderSettings } from './read/read-tasks.ts';
import { orPortFault, type StartResult } from './start-fault.ts';
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
  /** `push`: of MQTT for readers, where it is configured. */
  readonly ports: { readonly http: number; readonly mqtt: number; readonly push?: number };
  readonly publicBaseUrl: string;
  /** The counters that `/metrics` shows. */
  readonly metrics: CloudMetrics;
  /** Commits what waits and closes everything. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(?:127\.|localhost$|::1$)/;

/**
 * Starts a cloud in this process: HTTP server, writer, readers, then the endpoint of the edges, so that nothing is taken
 * before it can be kept. A fault names the setting to change; what was started by then is stopped again.
 */
export function startCloud(loaded: LoadedConfig, options: CloudOptions): Promise<StartResult<Cloud>> {
  return whileHeld(options.dataDir, () => startHeld(loaded, options));
}

async function startHeld(loaded: LoadedConfig, options: CloudOptions): Promise<StartResult<Cloud>> {
  const { config } = loaded;
  const { dataDir, nowMs = Date.now } = options;
  const audit = openAudit({ dataDir, nowMs, logger: options.logger });
  if (!audit.ok) return audit;
  const serverNames = [config.mqtt, config.http, config.push.mqtt].flatMap((server) => server?.tls?.names ?? []);
  const gateways = await openGateways({ ...config.gateways, dataDir, nowMs, serverNames });
  if (!gateways.ok) return gateways;
  const access = openAccess({ loaded, dataDir, nowMs, events: recordAccess(audit.value, nowMs) });
  if (!access.ok) {
    gateways.value.stop();
    return access;
  }
  const { host, port } = config.http;
  const tls = config.http.tls && gateways.value.certified?.tls;
  const http = await orPortFault('http.port', port, host, startHttpServer(host, port, tls));
  if (!http.ok) {
    gateways.value.stop();
    access.value.stop();
    return http;
  }
  const publicBaseUrl = config.publicBaseUrl.replace(/:0(?=\/|$)/, `:${http.value.port}`);
  const foundation = {
    http: http.value,
    gateways: gateways.value,
    access: access.value,
    audit: audit.value,
    publicBaseUrl,
  };
  const cloud = await startBehind(foundation, loaded, options);
  if (cloud.ok) return cloud;
  await http.value.stop();
  gateways.value.stop();
  access.value.stop();
  return cloud;
}

interface Foundation {
  readonly http: HttpServer;
  readonly gateways: Gateways;
  readonly access: Access;
  readonly audit: Audit;
  readonly publicBaseUrl: string;
}

async function startBehind(
  { http, gateways, access, audit, publicBaseUrl }: Foundation,
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
    follow?: Follow | undefined;
    cold?: Cold;
    push?: Push;
    writer?: Writer;
    outside?: Outside | undefined;
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
  const allWithout = streamsOutsideAll(config);
  const started = await startWriter(writerSettingsOf(config, { file, publicBaseUrl, allWithout }), {
    onTended(changes) {
      views.events.onTended(changes);
      running.push?.onHeads(changes.heads);
    },
    onCommitted({ batches, outside, heads, commitSeconds, quarantineDropped }) {
      views.events.onHeads(heads);
      running.push?.onHeads(heads);
      running.products?.wake();
      running.timeSeries?.wake();
      metrics.recordCommit(commitSeconds, quarantineDropped);
      for (const { results } of outside) metrics.recordOutside(results);
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
  });
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

  const stopReading = async () => {
    await running.outside?.stop();
    await running.push?.stop();
    await readers.stop();
    await pageFiles?.stop();
    await series.value.stop();
    await views.stop();
    await writer.stop();
  };
  const outsideWriter = boundAppends(writer, () => running.cold?.boundFault());
  const outside = await startOutside({ loaded, publicBaseUrl, access, writer: outsideWriter, metrics, nowMs });
  if (!outside.ok) {
    await stopReading();
    return outside;
  }
  running.outside = outside.value;
  const { host: pushHost, port: pushPort } = config.push.mqtt ?? { host: '', port: 0 };
  const push = await orPortFault(
    'push.mqtt.port',
    pushPort,
    pushHost,
    startPush({
      config: config.push,
      readers,
      access,
      feeds,
      tls: gateways.certified?.tls,
      registry: metrics.registry,
      storeFile: file,
    }),
  );
  if (!push.ok) {
    await stopReading();
    return push;
  }
  running.push = push.value;
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
    await stopReading();
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
  const following = { dataDir, storeFile: file, publicBaseUrl, writer, metrics, nowMs, logger };
  running.follow = followBesideCloud(loaded.followed, following);
  running.pages = serveReaders({
    config,
    publicBaseUrl,
    feeds,
    http,
    gateways,
    access,
    push: push.value,
    views,
    readers,
    pageFiles,
    outside: outside.value,
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
  if (access.privateStreams.length > 0 && config.http.tls === undefined && !LOOPBACK.test(config.http.host)) {
    logger.warn(
      { host: config.http.host },
      'http.tls is not set: keys of readers travel in clear beyond this machine, unless a proxy in front has TLS',
    );
  }
  const { mqttPort } = push.value;
  const ports = { http: http.port, mqtt: link.value.port, ...(mqttPort !== undefined && { push: mqttPort }) };
  logger.info({ ports, publicBaseUrl, dataDir }, 'ready');

  return ok({
    ports,
    publicBaseUrl,
    metrics,
    async stop() {
      await link.value.stop();
      await push.value.stop();
      await running.follow?.stop();
      await running.products?.stop();
      await running.cold?.stop();
      await series.value.stop();
      await views.stop();
      await writer.stop();
      await http.stop();
      await readers.stop();
      await pageFiles?.stop();
      gateways.stop();
      access.stop();
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

function clockFault(writer: Writer, nowMs: number): string | undefined {
  const stamp = commitStampMs(nowMs, writer.lastStampMs());
  return stamp.ok ? undefined : stamp.fault.detail;
}
