import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { CloudConfig, LoadedConfig } from './config/cloud-config.ts';
import { enrolmentRoutes } from './gateways/enrolment-service.ts';
import { type Gateways, openGateways } from './gateways/open-gateways.ts';
import { createApp } from './http/app.ts';
import { createFeedPages } from './http/feed-pages.ts';
import { type HttpServer, startHttpServer } from './http/http-server.ts';
import { createImmutableFastPath } from './http/immutable-fast-path.ts';
import { type Link, startLink } from './ingest/start-link.ts';
import type { FeedSettings } from './ldes/feed.ts';
import { streamTitle } from './ldes/stream-title.ts';
import { commitStampMs } from './log/commit-clock.ts';
import { SENSORS_STREAM } from './log/entities.ts';
import { RENDER_VERSIONS } from './log/render-version.ts';
import { startWriter, type Writer } from './log/writer.ts';
import { type CloudMetrics, createMetrics } from './metrics.ts';
import { type ReadPool, startReadPool } from './read/read-pool.ts';

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
  const cloud = await startBehind({ http: http.value, gateways: gateways.value, publicBaseUrl }, loaded, options);
  if (cloud.ok) return cloud;
  await http.value.stop();
  gateways.value.stop();
  return cloud;
}

interface Foundation {
  readonly http: HttpServer;
  readonly gateways: Gateways;
  readonly publicBaseUrl: string;
}

async function startBehind(
  { http, gateways, publicBaseUrl }: Foundation,
  { config, edges }: LoadedConfig,
  { dataDir, logger, nowMs = Date.now, onFatal = () => undefined }: CloudOptions,
): Promise<StartResult<Cloud>> {
  const file = join(dataDir, 'cloud.sqlite');
  const feeds = feedsOf(config);
  const running: { link?: Link; readers?: ReadPool; failure?: string } = {};
  const pageUsage = { bytes: () => 0 };
  const metrics = createMetrics({
    mqttConnections: () => running.link?.connections() ?? 0,
    cachedPageBytes: () => pageUsage.bytes(),
    readersReplaced: () => running.readers?.replaced() ?? 0,
  });

  const { pageSize, fanOut, isoOverlay } = config.ldes;
  const started = await startWriter(
    {
      file,
      quarantineBytesMax: config.quarantine.bytesMax,
      feeds: [...feeds.values()],
      view: { pageSize, fanOut, publicBaseUrl, keyFunction: 'none' },
      renderVersion: isoOverlay ? RENDER_VERSIONS.isoOverlay : RENDER_VERSIONS.plain,
    },
    {
      onCommitted({ batches, commitSeconds, quarantineDropped }) {
        metrics.recordCommit(commitSeconds, quarantineDropped);
        for (const { counts } of batches) metrics.recordBatch(counts);
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
  const readers = startReadPool({
    module: new URL('./read/read-worker.ts', import.meta.url),
    workerData: { file, publicBaseUrl, organisations: config.organisations.length },
    ...config.readers,
  });
  running.readers = readers;

  const link = await orPortFault('mqtt.port', config.mqtt.port, config.mqtt.host, listenForEdges());
  if (!link.ok) {
    await readers.stop();
    await writer.stop();
    return link;
  }
  running.link = link.value;
  serveReaders();
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
      await writer.stop();
      await http.stop();
      await readers.stop();
      gateways.stop();
      logger.info({}, 'stopped');
    },
  });

  function listenForEdges(): Promise<Link> {
    const endpointTls = config.mqtt.tls && gateways.certified?.tls;
    return startLink(
      { ...config.mqtt, edges, gateways: gateways.access, endpointTls },
      {
        onBatch: (edge, body) => writer.deliver(edge.name, edge.organisation, body, nowMs()),
        onHello: (edge) => writer.hello(edge.name),
        onRefused(what) {
          metrics.recordRefusal(what.reason);
          logger.warn(what, 'refused on the link');
        },
        onTakenOver({ name }) {
          metrics.recordRefusal('connection-taken-over');
          logger.warn(
            { edge: name },
            'a newer connection of this edge took over: if it repeats, two gateways share one identity',
          );
        },
      },
    );
  }

  function serveReaders(): void {
    const pages = createFeedPages({ feeds, head: writer.head, readers, ...config.cache, ...config.ldes });
    pageUsage.bytes = () => pages.usage().bytes;
    const app = createApp({
      publicBaseUrl,
      home: [...feeds.values()],
      pages,
      readers,
      notReady: () => running.failure ?? clockFault(writer, nowMs()),
      metrics: async () => ({ contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }),
      ...(gateways.certified && {
        enrolment: enrolmentRoutes(gateways.certified.enrolment, { ...config.gateways, logger, nowMs }),
      }),
    });
    http.upgrade((request, socket, head) => running.link?.upgrade(request, socket, head));
    const fastPath = createImmutableFastPath(pages);
    const listener = getRequestListener(app.fetch);
    http.serve((request, response) => {
      if (!fastPath(request, response)) void listener(request, response);
    });
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

/** The feeds that are served: the listed themes of each organisation, and what describes their sensors. */
function feedsOf({ organisations, ldes }: CloudConfig): Map<string, FeedSettings> {
  const feeds = organisations.flatMap(({ name, label, streams }) =>
    [...streams, SENSORS_STREAM].map((stream): FeedSettings => {
      const { pageSize, fanOut, pollingIntervalSeconds } = ldes;
      return {
        organisation: name,
        stream,
        title: streamTitle(label, stream),
        pollingIntervalSeconds,
        pageSize,
        fanOut,
      };
    }),
  );
  return new Map(feeds.map((feed) => [`${feed.organisation}/${feed.stream}`, feed]));
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
