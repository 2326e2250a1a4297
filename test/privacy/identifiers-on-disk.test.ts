import { type RunningEdge, startEdge } from '@meetbrug/edge/src/main.ts';
import {
  HEAT_SAMPLE,
  sampleMessage,
  temporaryDirectory,
  testConfig,
  WATER_SAMPLE,
} from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findOnDisk } from './find-on-disk.ts';

const PLATE = '1-XYZ-987';
const MAC = 'DE:AD:BE:EF:12:34';
const BARE_MAC = 'deadbeef1234';
const IMAGE = '/9j/4AAQSkZJRgABAQEASABIAADinvented';
const NAME = 'Petra Voorbeeldmans';
const IDENTIFIERS = [PLATE, MAC, BARE_MAC, IMAGE, NAME];

const SEEN = {
  plate: PLATE,
  mac: MAC,
  image: IMAGE,
  owner: NAME,
  sightings: { [MAC]: -70, [BARE_MAC]: -71, [PLATE]: 2 },
};
const HEAT_TOPIC = sampleMessage(HEAT_SAMPLE).topic;
const THINGS_TOPIC = 'v3/city@ttn/devices/camera-1/up';

/** Every place where an identifier can come in. */
const MESSAGES: readonly (readonly [what: string, topic: string, body: string | Buffer])[] = [
  ['fields that nobody knows, beside an uplink that is read', HEAT_TOPIC, heat({ fCnt: 1, camera: SEEN })],
  ['the decoded object', HEAT_TOPIC, heat({ fCnt: 2, object: SEEN })],
  [
    'names and tags of the device',
    HEAT_TOPIC,
    heat({ fCnt: 3, deviceInfo: { devEui: '24e124136c140001', deviceName: NAME, tags: SEEN } }),
  ],
  ['an uplink with a value outside its range', HEAT_TOPIC, heat({ fCnt: 4, data: 'AXVcA2foAwRoAA==', object: SEEN })],
  ['an uplink that cannot be decoded', HEAT_TOPIC, heat({ fCnt: 5, data: 'AXVcA2c=', object: SEEN, [MAC]: PLATE })],
  ['a time that is none', HEAT_TOPIC, heat({ fCnt: 6, time: `at ${PLATE}` })],
  ['a payload that is none', HEAT_TOPIC, heat({ fCnt: 7, data: PLATE })],
  ['fields of another type', HEAT_TOPIC, heat({ fCnt: PLATE, rxInfo: [{ gatewayId: NAME }], devAddr: MAC })],
  [
    'a device that nobody knows',
    unknownTopic(),
    water({ object: SEEN, deviceInfo: { devEui: 'ffffffffffffff01', tags: SEEN } }),
  ],
  ['a body that is no JSON', HEAT_TOPIC, `${PLATE};${MAC};${NAME}`],
  ['a body that is nearly JSON', HEAT_TOPIC, `{"plate":"${PLATE}",`],
  ['bytes', HEAT_TOPIC, Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), Buffer.from(IMAGE), Buffer.from(MAC)])],
  ['a body that is too large', HEAT_TOPIC, JSON.stringify({ image: IMAGE.repeat(3_000) })],
  ['JSON on a topic that nobody knows', 'cameras/front', JSON.stringify([SEEN, { [PLATE]: MAC }])],
  ['text on a topic that nobody knows', 'cameras/front', `${MAC} ${PLATE}`],
  ['the topic itself', `cameras/${PLATE}/${MAC}/${BARE_MAC}`, '{}'],
  [
    'The Things Stack, decoded payload',
    THINGS_TOPIC,
    JSON.stringify({
      end_device_ids: { device_id: NAME, dev_eui: '24E124136C140001' },
      uplink_message: { f_port: 85, f_cnt: 8, frm_payload: 'AXVcA2c5AQRoTg==', decoded_payload: SEEN, locations: SEEN },
    }),
  ],
  [
    'The Things Stack, another message',
    THINGS_TOPIC,
    JSON.stringify({ end_device_ids: { dev_eui: PLATE }, uplink_message: SEEN }),
  ],
];

function heat(changes: Record<string, unknown>): Buffer {
  return Buffer.from(sampleMessage(HEAT_SAMPLE, changes).payload);
}
function water(changes: Record<string, unknown>): Buffer {
  return Buffer.from(sampleMessage(WATER_SAMPLE, changes).payload);
}
function unknownTopic(): string {
  return 'application/17c82e96/device/ffffffffffffff01/event/up';
}

let directory: ReturnType<typeof temporaryDirectory>;
let edge: RunningEdge;
let client: MqttClient;

beforeEach(async () => {
  directory = temporaryDirectory();
  const logger = pino({ level: 'silent' });
  edge = await startEdge(testConfig(), { dataDir: directory.path, logger, nowMs: Date.now });
  client = await connectAsync(`mqtt://127.0.0.1:${edge.ports.mqtt}`, { reconnectPeriod: 0 });
});
afterEach(async () => {
  await client.endAsync(true);
  await edge.stop();
  directory.remove();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${edge.ports.http}/metrics`)).text();
  const values = [...text.matchAll(new RegExp(`^meetbrug_edge_${name}(?:\\{.*\\})? (\\d+)$`, 'gm'))];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}

describe('a plate, a MAC address, an image or a name', () => {
  it('stands in no file of the edge, in whatever place of whatever message it came', async () => {
    for (const [, topic, body] of MESSAGES) await client.publishAsync(topic, body, { qos: 1 });
    expect(await metric('uplinks_committed_total')).toBe(5);
    // One of them is a value of an uplink that was read.
    expect(await metric('quarantined_total')).toBe(MESSAGES.length - 5 + 1);

    expect(findOnDisk(directory.path, IDENTIFIERS)).toEqual([]);
    // What may be kept is there, so the search looks where the messages went.
    expect(findOnDisk(directory.path, ['01ab33f0', 'ffffffffffffff01', 'sightings']).length).toBeGreaterThanOrEqual(3);
    await edge.stop();
    expect(findOnDisk(directory.path, IDENTIFIERS)).toEqual([]);
  });

  it.each(IDENTIFIERS)('would be found: %s', async (identifier) => {
    const written = temporaryDirectory();
    const { writeFileSync } = await import('node:fs');
    for (const [index, text] of [
      `x${identifier}x`,
      Buffer.from(`{"a":"${identifier}"}`).toString('base64'),
    ].entries()) {
      writeFileSync(`${written.path}/${index}`, text);
    }
    expect(findOnDisk(written.path, [identifier])).toEqual([`0: ${identifier}`, `1: ${identifier}`]);
    written.remove();
  });
});
