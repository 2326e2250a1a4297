import { type IncomingHttpHeaders, request } from 'node:http';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { SECRET } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';

export interface HttpCloudSettings {
  readonly dataDir: string;
  readonly publicBaseUrl?: string;
  readonly httpPort?: number;
  readonly diskBytesMax?: number;
  /** Requests that may wait for a reader. */
  readonly waitingMax?: number;
  /** What `by-time` promises to keep. */
  readonly byTimeDays?: number;
  readonly nowMs?: () => number;
  readonly themes?: string;
  readonly pageSize?: number;
}

/** A cloud with small pages, every kind of view and a stream of all organisations. */
export async function startHttpCloud(settings: HttpCloudSettings): Promise<Cloud> {
  const { dataDir, publicBaseUrl = 'http://127.0.0.1:0', httpPort = 0, diskBytesMax = 10_000_000 } = settings;
  const { waitingMax = 1_024, themes = '[heat-stress]', pageSize = 2, byTimeDays = 36_500, nowMs } = settings;
  const parsed = parseConfig(`
publicBaseUrl: ${publicBaseUrl}
http: { port: ${httpPort} }
mqtt: { port: 0 }
organisations: [{ name: demo, label: Demo, streams: ${themes} }]
cache: { diskBytesMax: ${diskBytesMax} }
readers: { waitingMax: ${waitingMax} }
ldes:
  pageSize: ${pageSize}
  fanOut: 2
  allStreams: [heat-stress]
  views:
    - { kind: by-time, pageSize: ${pageSize}, fanOut: 2, retention: { days: ${byTimeDays} } }
    - { kind: by-location, pageSize: ${pageSize}, fanOut: 2 }
    - { kind: by-property, pageSize: ${pageSize}, fanOut: 2 }
    - { kind: by-datastream, pageSize: ${pageSize}, fanOut: 2 }
    - { kind: latest, buckets: 4 }`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const edges = [{ name: 'edge-a', organisation: 'demo', secret: SECRET }];
  const started = await startCloud({ config: parsed.value, edges }, { dataDir, logger, ...(nowMs && { nowMs }) });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

/** Delivers `count` values of one datastream, a minute apart, from minute `first` on. */
export async function deliverMinutes(cloud: Cloud, count: number, first = 0): Promise<void> {
  const edge = await connectEdge(cloud.ports.mqtt);
  const description = heatDescription(1);
  await edge.deliver({
    datastreams: [[description.datastream, 1]],
    descriptions: [description],
    uplinks: Array.from({ length: count }, (_, index) => {
      const minute = first + index;
      return uplink(minute + 1, T0 + minute * 60_000, `${10 + (minute % 20)}.5`);
    }),
  });
  await edge.end();
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it was on the wire, still encoded. */
  readonly body: Buffer;
}

/** One request whose target and headers go out exactly as they are given. */
export function ask(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: target, method, headers, agent: false };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.once('error', reject);
    sent.end();
  });
}
