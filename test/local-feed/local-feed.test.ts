import { readFileSync } from 'node:fs';
import type { Theme } from '@meetbrug/protocols/properties';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Quad } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uplinkTopic } from '../fleet/chirpstack-message.ts';
import { parseGraph } from '../formats/parse-graph.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { observationsOfStream } from './member-graph.ts';

const START_MS = Date.UTC(2026, 6, 14, 12);
const MINUTE_MS = 60_000;
const STREAMS: readonly Theme[] = ['heat-stress', 'water-level', 'mobility', 'device-status'];
const WAIT_MS = 20_000;

const place = (name: string) => ({ name, label: name, longitude: 3.7174, latitude: 51.0543 });
const HEAT = { devEui: '24E124136C140001', profile: 'milesight-em300-th', sensor: 'th', at: place('plein') };
const WATER = {
  devEui: '24E124713D200007',
  profile: 'milesight-em500-udl',
  sensor: 'peil',
  at: { ...place('brug'), mountingHeightMetres: 3.2, localZeroTawMetres: 5.62 },
};
const PEOPLE = { devEui: '24E124798E170003', profile: 'milesight-vs350', sensor: 'lijn', at: place('poort') };
const COUNTER = { ...PEOPLE, devEui: '24E124798E170004', sensor: 'teller', counts: 'from-counter' };

interface Received {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
}

let installation: Installation;
let sensor: MqttClient;
let consumer: MqttClient;
const received: Received[] = [];

async function connect(): Promise<MqttClient> {
  return connectAsync(installation.edgeMqttUrl, { reconnectPeriod: 0 });
}

/** Collects what a client is sent below a topic filter. */
async function follow(client: MqttClient, topic: string, into: Received[]): Promise<void> {
  client.on('message', (from, payload, { retain }) =>
    into.push({ topic: from, text: payload.toString(), retained: retain }),
  );
  await client.subscribeAsync(topic, { qos: 1 });
}

/** Sends an uplink as ChirpStack does; returns when the edge has it. */
async function send({ devEui }: { devEui: string }, frameCounter: number, minutes: number, hex: string): Promise<void> {
  const file = new URL('../samples/03-chirpstack-v4-up-mobility-no-codec.json', import.meta.url);
  const { payload } = JSON.parse(readFileSync(file, 'utf8'));
  const body = {
    ...payload,
    time: new Date(START_MS + minutes * MINUTE_MS).toISOString(),
    deviceInfo: { ...payload.deviceInfo, devEui: devEui.toLowerCase() },
    fCnt: frameCounter,
    data: Buffer.from(hex, 'hex').toString('base64'),
  };
  await sensor.publishAsync(uplinkTopic(devEui), JSON.stringify(body), { qos: 1 });
}

async function expand(text: string): Promise<Quad[]> {
  return parseGraph('jsonld', new TextEncoder().encode(text));
}

const iriOf = ({ text }: Received): string => JSON.parse(text)['@id'];
const topicOf = (theme: Theme, key: string) => `oslo/${theme}/${key}`;
const AIR = topicOf('heat-stress', 'plein.th.luchttemperatuur.momentaan');

beforeAll(async () => {
  installation = await createInstallation({
    devices: [HEAT, WATER, { ...PEOPLE, intervalSeconds: 600 }, COUNTER],
    streams: STREAMS,
    edgeSettings: (publicBaseUrl) => ({ localFeed: true, publicBaseUrl }),
  });
  await installation.cloud.start();
  await installation.edge.start();
  sensor = await connect();
  consumer = await connect();
  await follow(consumer, 'oslo/#', received);
  await send(HEAT, 1, 0, '0175640367420104685c');
  await send(HEAT, 2, 10, '0367b801046828');
  await send(WATER, 1, 0, '0382e204');
  await send(PEOPLE, 1, 0, '05cc0e000900');
  await send(COUNTER, 1, 0, '04cc64005a00');
  await send(COUNTER, 2, 10, '04cc72006300');
}, 60_000);

afterAll(async () => {
  await Promise.all([sensor, consumer].map((client) => client?.endAsync(true)));
  await installation?.remove();
});

describe('the local feed', () => {
  it('says of every observation what the feed of the cloud says, but for version, place in the stream and time of publication', async () => {
    const streams = async () =>
      new Map(
        (await Promise.all(STREAMS.map((stream) => observationsOfStream(installation.viewUrl(stream))))).flatMap(
          (each) => [...each],
        ),
      );
    const published = await waitFor(
      async () => {
        const members = await streams();
        return received.length > 0 && members.size === received.length ? members : undefined;
      },
      WAIT_MS,
      () => `${received.length} local messages are not in the feed`,
    );
    for (const message of received) {
      const member = published.get(iriOf(message));
      expect(member, message.topic).toBeDefined();
      expect(isomorphic(await expand(message.text), member ?? []), message.topic).toBe(true);
    }
    const topics = received.map(({ topic }) => topic);
    expect(new Set(topics)).toEqual(
      new Set([
        AIR,
        topicOf('heat-stress', 'plein.th.relatieve-luchtvochtigheid.momentaan'),
        topicOf('heat-stress', 'plein.th.hitte-index.heat-index-nws'),
        topicOf('device-status', 'plein.th.batterijniveau.momentaan'),
        ...['plein.th', 'brug.peil', 'poort.lijn', 'poort.teller'].flatMap((sensorKey) => [
          topicOf('device-status', `${sensorKey}.ontvangststerkte.momentaan`),
          topicOf('device-status', `${sensorKey}.signaal-ruisverhouding.momentaan`),
        ]),
        topicOf('water-level', 'brug.peil.afstand-tot-wateroppervlak.momentaan'),
        topicOf('water-level', 'brug.peil.waterpeil-lokaal.peil-uit-afstand'),
        topicOf('water-level', 'brug.peil.waterpeil-mtaw.peil-uit-afstand'),
        topicOf('mobility', 'poort_in.lijn.aantal-voetganger.telling-600s'),
        topicOf('mobility', 'poort_out.lijn.aantal-voetganger.telling-600s'),
        topicOf('mobility', 'poort_in.teller.aantal-voetganger.telling-uit-tellerstand'),
        topicOf('mobility', 'poort_out.teller.aantal-voetganger.telling-uit-tellerstand'),
        topicOf('device-status', 'poort_in.teller.tellerstand-voetganger.momentaan'),
        topicOf('device-status', 'poort_out.teller.tellerstand-voetganger.momentaan'),
      ]),
    );
    expect(received.some(({ text }) => text.includes('kwaliteitskenmerk'))).toBe(true);
    expect(received.every(({ retained }) => !retained)).toBe(true);
  });

  it('gives a new subscriber the latest value, which a late one does not replace', async () => {
    const before = received.length;
    await send(HEAT, 3, 20, '03670401');
    await send(HEAT, 4, 15, '0367fa00');
    await waitFor(
      () => received.filter(({ topic }) => topic === AIR).length === 4 || undefined,
      WAIT_MS,
      () => 'late value',
    );
    const late = received.slice(before).filter(({ topic }) => topic === AIR);
    expect(late.map((message) => JSON.parse(message.text).resultaat.waarde)).toEqual(['26', '25']);

    const newcomer = await connect();
    const first: Received[] = [];
    await follow(newcomer, 'oslo/heat-stress/#', first);
    await waitFor(
      () => first.find(({ topic }) => topic === AIR),
      WAIT_MS,
      () => 'no retained value',
    );
    await newcomer.endAsync(true);
    const air = first.filter(({ topic }) => topic === AIR);
    expect(air.map(({ text, retained }) => [JSON.parse(text).resultaat.waarde, retained])).toEqual([['26', true]]);
    expect(iriOf(air[0] as Received)).toContain(new Date(START_MS + 20 * MINUTE_MS).toISOString().slice(0, 16));
  });

  it('is all that can be subscribed to', async () => {
    for (const topic of ['#', 'application/#', '+/heat-stress/#', '$SYS/#', 'oslo']) {
      await expect(consumer.subscribeAsync(topic), topic).rejects.toThrow();
    }
  });

  it('takes nothing from clients: whoever publishes into it is closed', async () => {
    const forger = await connect();
    const closed = new Promise<void>((resolve) => forger.once('close', () => resolve()));
    forger.publish(AIR, '{"forged":true}', { qos: 0, retain: true });
    await closed;
    const reader = await connect();
    const first: Received[] = [];
    await follow(reader, AIR, first);
    await waitFor(
      () => first[0],
      WAIT_MS,
      () => 'no retained value',
    );
    await reader.endAsync(true);
    expect([...first, ...received].filter(({ text }) => text.includes('forged'))).toEqual([]);
  });
});
