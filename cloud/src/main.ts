import { ok } from '@meetbrug/protocols/result';
import type { Access } from './access/access.ts';
import { openAccess } from './access/open-access.ts';
import { type Audit, openAudit } from './audit/open-audit.ts';
import { recordAccess } from './audit/record-access.ts';
import { type RunningAudit, recordRunning } from './audit/record-running.ts';
import { type Cold, startCold } from './cold/start-cold.ts';
import type { CloudConfig, LoadedConfig } from './config/cloud-config.ts';
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
import { storeFileOf } from './log/store-file.ts';
import { whileHeld } from './log/while-held.ts';
import type { Writer } from './log/writer.ts';
import { type CloudMetrics, createMetrics } from './metrics.ts';
import { boundAppends } from './outside/bound-appends.ts';
import { type Outside, startOutside } from './outside/start-outside.ts';
import { type Products, startProducts } from './products/start-products.ts';
import { type Push, startPush } from './push/start-push.ts';
import { orPortFault, type StartResult } from './start-fault.ts';
import { type RunningStore, startStore } from './start-store.ts';

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
  const { config } = loaded;
  const storeFile = storeFileOf(dataDir);
  const feeds = feedsOf(config);
  const running: Running = {};
  const metrics = createMetrics({
    mqttConnections: () => running.link?.connections() ?? 0,
    brokerConnected: () => running.link?.isBrokerConnected() ?? false,
    pages: () => running.pages?.usage(),
    readersReplaced: () => running.store?.readers.replaced() ?? 0,
    storeBytes: () => running.cold?.usedBytes() ?? 0,
    streamsOverBytes: () => running.store?.writer.heldStreams().length ?? 0,
  });
  const { registry } = metrics;
  const store = await startStore({
    loaded,
    dataDir,
    storeFile,
    publicBaseUrl,
    feeds,
    registry,
    logger,
    nowMs,
    events: {
      onTended: ({ heads }) => running.push?.onHeads(heads),
      onCommitted({ batches, outside, heads, commitSeconds, quarantineDropped }) {
        running.push?.onHeads(heads);
        running.products?.wake();
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
    },
  });
  if (!store.ok) return store;
  running.store = store.value;
  const { writer, views, readers, pageFiles } = store.value;
  const common = { dataDir, storeFile, publicBaseUrl, loaded, gateways, access, metrics, registry, logger, nowMs };
  const storeFault = () => running.cold?.boundFault();
  const outsideWriter = boundAppends(writer, storeFault);

  const outside = await startOutside({ ...common, writer: outsideWriter });
  if (!outside.ok) return stopAfter(outside);
  running.outside = outside.value;
  const push = await listenForFollowers({ ...common, readers, feeds });
  if (!push.ok) return stopAfter(push);
  running.push = push.value;
  const edgeLink = { ...common, writer, storeFault, audit: () => running.audit };
  const link = await orPortFault('mqtt.port', config.mqtt.port, config.mqtt.host, startEdgeLink(edgeLink));
  if (!link.ok) return stopAfter(link);
  running.link = link.value;
  running.cold = startCold({
    storeFile,
    config: config.cold,
    readersMs: config.readers.deadlineMs,
    bytesMax: config.store.bytesMax,
    writer,
    onWritten: (month) => logger.info(month, 'a closed month has its file'),
    onFailed: (detail) => logger.warn({ detail }, 'the cold tier'),
  });
  const runningAudit = recordRunning(audit, config);
  running.audit = runningAudit;
  if (config.products !== undefined) {
    running.products = await startProducts(config.products, {
      ...common,
      neighbourhoods: loaded.neighbourhoods ?? [],
      writer,
      onFailed: (detail) => logger.warn({ detail }, 'products stand still'),
      onRefused: (detail) => logger.warn({ detail }, 'products are in the quarantine'),
    });
  }
  running.follow = followBesideCloud(loaded.followed, { ...common, writer: outsideWriter });
  running.pages = serveReaders({
    ...common,
    config,
    feeds,
    http,
    push: push.value,
    views,
    readers,
    pageFiles,
    outside: outside.value,
    link: link.value,
    audit: runningAudit,
    notReady: () => whyNotReady(running, dataDir, nowMs()),
  });
  running.http = http;
  warnOfClearText(config, access, logger);
  const { mqttPort } = push.value;
  const ports = { http: http.port, mqtt: link.value.port, ...(mqttPort !== undefined && { push: mqttPort }) };
  logger.info({ ports, publicBaseUrl, dataDir }, 'ready');

  return ok({
    ports,
    publicBaseUrl,
    metrics,
    async stop() {
      await stopRunning(running);
      gateways.stop();
      access.stop();
      runningAudit.stop();
      logger.info({}, 'stopped');
    },
  });

  async function stopAfter<Refused>(refused: Refused): Promise<Refused> {
    await stopRunning(running);
    return refused;
  }
}

/** What has been started so far. */
interface Running {
  store?: RunningStore;
  outside?: Outside | undefined;
  push?: Push;
  link?: Link;
  cold?: Cold;
  audit?: RunningAudit;
  products?: Products;
  follow?: Follow | undefined;
  pages?: FeedPages;
  /** Once it answers readers. */
  http?: HttpServer;
  failure?: string;
}

/** First whoever brings something in, then whoever still works on it, then who reads, then the store. */
async function stopRunning({ link, push, follow, products, cold, outside, http, store }: Running): Promise<void> {
  await link?.stop();
  await push?.stop();
  await follow?.stop();
  await products?.stop();
  await cold?.stop();
  await outside?.stop();
  await http?.stop();
  await store?.stop();
}

function listenForFollowers(
  parts: Omit<Parameters<typeof startPush>[0], 'config' | 'tls'> &
    Pick<Foundation, 'gateways'> & { loaded: LoadedConfig },
): Promise<StartResult<Push>> {
  const { push } = parts.loaded.config;
  const { host, port } = push.mqtt ?? { host: '', port: 0 };
  const starting = startPush({ ...parts, config: push, tls: parts.gateways.certified?.tls });
  return orPortFault('push.mqtt.port', port, host, starting);
}

function whyNotReady({ failure, store, cold, products }: Running, dataDir: string, nowMs: number): string | undefined {
  const disk = store?.writer.diskFault();
  return (
    failure ??
    (disk && `--data-dir: no room on the disk of ${dataDir} (${disk}): until there is, edges keep their data`) ??
    cold?.boundFault() ??
    cold?.fault() ??
    store?.views.fault() ??
    products?.fault() ??
    (store && clockFault(store.writer, nowMs))
  );
}

function clockFault(writer: Writer, nowMs: number): string | undefined {
  const stamp = commitStampMs(nowMs, writer.lastStampMs());
  return stamp.ok ? undefined : stamp.fault.detail;
}

function warnOfClearText({ mqtt, http }: CloudConfig, access: Access, logger: CloudLogger): void {
  if (mqtt.tls === undefined && !LOOPBACK.test(mqtt.host)) {
    logger.warn({ host: mqtt.host }, 'mqtt.tls is not set: secrets of edges travel in clear beyond this machine');
  }
  if (access.privateStreams.length > 0 && http.tls === undefined && !LOOPBACK.test(http.host)) {
    logger.warn(
      { host: http.host },
      'http.tls is not set: keys of readers travel in clear beyond this machine, unless a proxy in front has TLS',
    );
  }
}
