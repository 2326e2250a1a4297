import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import {
  type Acknowledgement,
  acknowledgementSchema,
  BODY_ENCODINGS,
  DELIVERY_VERSION,
  linkTopic,
  type Welcome,
  type WireGap,
  type WireObservation,
  welcomeSchema,
} from '@meetbrug/protocols/delivery';
import { type DatastreamDescription, datastreamDescriptionSchema } from '@meetbrug/protocols/observation';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { SECRET } from './test-cloud.ts';

export const EPOCH = '00112233445566aa';

/** An edge's side of the link, without an edge: what it publishes and what it hears. */
export interface TestEdge {
  readonly client: MqttClient;
  readonly acknowledgements: Acknowledgement[];
  hello(epoch?: string): Promise<Welcome>;
  /** Publishes a body as it is; settles with the PUBACK. */
  publish(kind: string, body: Uint8Array): Promise<void>;
  /** Delivers a batch and waits for its acknowledgement. */
  deliver(batch: TestBatch): Promise<Acknowledgement>;
  end(): Promise<void>;
}

export interface TestBatch {
  readonly epoch?: string;
  readonly datastreams: readonly (readonly [string, number])[];
  readonly descriptions?: readonly unknown[];
  readonly uplinks: readonly (readonly [number, number, readonly WireObservation[], (readonly WireGap[])?])[];
}

export function connect(port: number, name: string, options: IClientOptions = {}): MqttClient {
  const defaults = { username: name, password: SECRET, reconnectPeriod: 0, connectTimeout: 5_000 };
  return mqtt.connect(`mqtt://127.0.0.1:${port}`, { ...defaults, ...options });
}

/** Settles when the connection has ended, whoever ended it. */
export function closeOf(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

export async function connectEdge(port: number, name = 'edge-a'): Promise<TestEdge> {
  const client = connect(port, name);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  await client.subscribeAsync([linkTopic(name, 'welcome'), linkTopic(name, 'acknowledgement')], { qos: 1 });
  const acknowledgements: Acknowledgement[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  client.on('message', (topic, payload) => {
    if (topic.endsWith('acknowledgement')) {
      acknowledgements.push(acknowledgementSchema.parse(decode(payload)));
    }
    waiting.shift()?.(decode(payload));
  });
  const answerTo = async (kind: string, body: Uint8Array) => {
    const answer = new Promise<unknown>((resolve) => waiting.push(resolve));
    await publish(kind, body);
    return answer;
  };
  const publish = async (kind: string, body: Uint8Array) => {
    await client.publishAsync(`meetbrug/v1/${name}/${kind}`, Buffer.from(body), { qos: 1 });
  };
  return {
    client,
    acknowledgements,
    publish,
    async hello(epoch = EPOCH) {
      const body = encode({ version: DELIVERY_VERSION, epoch, nextSequence: 1 });
      return welcomeSchema.parse(await answerTo('hello', body));
    },
    deliver: async (batch) => acknowledgementSchema.parse(await answerTo('batch', encodeBatch(batch))),
    end: async () => void (await client.endAsync(true)),
  };
}

export function encodeBatch({ epoch = EPOCH, datastreams, descriptions = [], uplinks }: TestBatch): Uint8Array {
  return encode({ version: DELIVERY_VERSION, epoch, datastreams, descriptions, uplinks });
}

function encode(message: unknown): Uint8Array {
  return Buffer.concat([Buffer.of(BODY_ENCODINGS.zstd), zstdCompressSync(JSON.stringify(message))]);
}

function decode(body: Buffer): unknown {
  const rest = body.subarray(1);
  return JSON.parse((body[0] === BODY_ENCODINGS.zstd ? zstdDecompressSync(rest) : rest).toString());
}

/** An air temperature at one of many places. */
export function heatDescription(place = 1, changes: Partial<DatastreamDescription> = {}): DatastreamDescription {
  const name = `meetpunt-${place}`;
  return datastreamDescriptionSchema.parse({
    datastream: `${name}.sensor-${place}.luchttemperatuur.momentaan`,
    version: 1,
    validFromMs: Date.UTC(2026, 0, 1),
    property: 'air-temperature',
    measuringPoint: { name, label: `Meetpunt ${place}`, longitude: 3.72, latitude: 51.05 },
    sensor: { name: `sensor-${place}`, manufacturer: 'Milesight', model: 'EM300-TH' },
    procedure: { name: 'momentaan', label: 'momentane meting' },
    licence: 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
    ...changes,
  });
}

export const T0 = Date.UTC(2026, 6, 1, 12);

/** Uplink `sequence` with one value for the first datastream of its batch. */
export function uplink(sequence: number, beginMs: number, value: string): [number, number, WireObservation[]] {
  return [sequence, beginMs + 500, [[0, beginMs, null, beginMs + 100, value, 2]]];
}
