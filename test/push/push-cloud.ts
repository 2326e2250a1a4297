import type { CloudConfig } from '@meetbrug/cloud/src/config/cloud-config.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { SECRET } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, type TestBatch, type TestEdge } from '../cloud/test-edge.ts';

export interface PushCloudSettings {
  readonly dataDir: string;
  readonly httpPort?: number;
  /** Settings of `push`, as in a YAML flow mapping without its braces. */
  readonly push?: string;
  /** Of `ldes`, in the same way. */
  readonly ldes?: string;
  /** Further settings, a line each. */
  readonly more?: string;
  readonly nowMs?: () => number;
}

/** Its configuration, as if it were read from a file. */
export function pushConfig({
  httpPort = 0,
  push = '',
  ldes = '',
  more = '',
}: Omit<PushCloudSettings, 'dataDir'>): CloudConfig {
  const parsed = parseConfig(`
publicBaseUrl: https://data.example.be
http: { port: ${httpPort} }
mqtt: { port: 0 }
organisations:
  - { name: demo, label: Demo, streams: [heat-stress, water-level] }
  - { name: other, label: Other, streams: [heat-stress] }
ldes: { allStreams: [heat-stress], ${ldes} }
push: { ${push} }
readers: { workers: 1 }
${more}`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

/** A cloud of two organisations that pushes. */
export async function startPushCloud({ dataDir, nowMs, ...settings }: PushCloudSettings): Promise<Cloud> {
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const edges = [
    { name: 'edge-a', organisation: 'demo', secret: SECRET },
    { name: 'edge-b', organisation: 'other', secret: SECRET },
  ];
  const config = pushConfig(settings);
  const started = await startCloud({ config, edges }, { dataDir, logger, ...(nowMs && { nowMs }) });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

const MINUTE_MS = 60_000;
const PLACES = 5;

/** An edge whose every uplink is one new member of `heat-stress`. */
export class Source {
  sequence: number;
  readonly #edge: TestEdge;

  constructor(edge: TestEdge, sequence: number) {
    this.#edge = edge;
    this.sequence = sequence;
  }

  /**
   * @param sequence of the last uplink before
   * @param name `edge-a` is of `demo`, `edge-b` of `other`
   */
  static async connect(cloud: Cloud, sequence = 0, name = 'edge-a'): Promise<Source> {
    return new Source(await connectEdge(cloud.ports.mqtt, name), sequence);
  }

  /** Settles once they are committed. */
  async deliver(count: number): Promise<void> {
    const descriptions = Array.from({ length: PLACES }, (_, place) => heatDescription(place + 1));
    const batch: TestBatch = {
      datastreams: descriptions.map(({ datastream }) => [datastream, 1]),
      descriptions,
      uplinks: Array.from({ length: count }, () => this.#next()),
    };
    const { acknowledged } = await this.#edge.deliver(batch);
    if (acknowledged.at(-1)?.at(-1) !== this.sequence) throw new Error('not everything was acknowledged');
  }

  async end(): Promise<void> {
    await this.#edge.end();
  }

  #next(): TestBatch['uplinks'][number] {
    this.sequence += 1;
    const beginMs = T0 + this.sequence * MINUTE_MS;
    const value = `${this.sequence % 40}.5`;
    return [this.sequence, beginMs + 500, [[this.sequence % PLACES, beginMs, null, beginMs + 100, value, 2]]];
  }
}

/** So many whole numbers. */
export function upTo(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, index) => from + index);
}
