import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HEAT_SAMPLE,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
  WATER_SAMPLE,
} from '@meetbrug/edge/src/testing/edge-fixture.ts';
import type { Session } from '@meetbrug/protocols/lorawan';
import { frameMessage, parseDeviceId, type RawMessage } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameOf, GATEWAYS, SENSOR, temperaturePayload } from '../lorawan/heat-sensor.ts';
import { ReplayStand } from './replay-stand.ts';

const HEAD = 'edge: demo-edge\norganisation: demo\nhealth: { signal: false }\n';
const AT = 'at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 }';
const HEAT = '24E124136C140001';
const KNOWN = `devices:\n  - { devEui: "${HEAT}", profile: milesight-em300-th, ${AT} }\n`;
const NOBODY = 'devices: []\n';
const DAY_MS = 86_400_000;

let directory: ReturnType<typeof temporaryDirectory>;
let stand: ReplayStand;
beforeEach(() => {
  directory = temporaryDirectory();
  stand = new ReplayStand(directory.path);
});
afterEach(() => {
  stand.outbox.close();
  directory.remove();
});

async function configure(settings: string, sessions: readonly Session[] = []): Promise<void> {
  const file = join(directory.path, 'edge.yaml');
  writeFileSync(file, HEAD + settings);
  await stand.configure(file, sessions);
}

/** An uplink of the heat sensor at a minute past ten: its temperature in tenths of a degree. */
function heat(frameCounter: number, minute: number, tenths: number): RawMessage {
  const payload = Buffer.from([0x03, 0x67, tenths & 0xff, (tenths >> 8) & 0xff]);
  const time = `2026-11-24T10:${String(minute).padStart(2, '0')}:00Z`;
  return sampleMessage(HEAT_SAMPLE, { fCnt: frameCounter, time, rxInfo: [], data: payload.toString('base64') });
}

const air = (minute: number, value: string) => ({ [`air-temperature 10:${String(minute).padStart(2, '0')}`]: value });

describe('a replay of the quarantine', () => {
  it('takes the uplinks of a device that has been added, each once, and empties the quarantine of them', async () => {
    await configure(NOBODY);
    for (const minute of [1, 2, 3]) stand.take(heat(minute, minute, 200 + minute));
    stand.take(sampleMessage(WATER_SAMPLE));
    await configure(KNOWN);
    expect(stand.replay()).toEqual({
      outcomes: { taken: 3, 'still-failing': 1 },
      reasons: { 'unknown-device': 1 },
    });
    expect(stand.rows().map(({ values }) => values)).toEqual([air(1, '20.1'), air(2, '20.2'), air(3, '20.3')]);
    expect(stand.reasons()).toEqual(['unknown-device']);
    expect(stand.replay().outcomes).toEqual({ 'still-failing': 1 });
    stand.take(heat(2, 2, 202));
    expect(stand.rows()).toHaveLength(3);
  });

  it('runs only what is asked for, by reason, device and time', async () => {
    await configure(NOBODY);
    stand.take({ ...heat(1, 1, 201), receivedMs: RECEIVED_MS - DAY_MS });
    stand.take(heat(2, 2, 202));
    stand.take(sampleMessage(WATER_SAMPLE));
    await configure(KNOWN);
    expect(stand.replay({ reasons: ['not-json'] }).outcomes).toEqual({});
    expect(stand.replay({ device: '24E124713D200007' }).outcomes).toEqual({ 'still-failing': 1 });
    expect(stand.replay({ fromMs: RECEIVED_MS - 1, device: HEAT }).outcomes).toEqual({ taken: 1 });
    expect(stand.rows().map(({ values }) => values)).toEqual([air(2, '20.2')]);
    expect(stand.replay({ toMs: RECEIVED_MS - 1 }).outcomes).toEqual({ taken: 1 });
  });

  it('leaves what fails still where it is, with the reason of today', async () => {
    await configure(NOBODY);
    stand.take(sampleMessage(HEAT_SAMPLE, { data: Buffer.from('0367', 'hex').toString('base64') }));
    await configure(KNOWN);
    expect(stand.replay()).toEqual({ outcomes: { 'still-failing': 1 }, reasons: { 'payload-truncated': 1 } });
    expect(stand.reasons()).toEqual(['payload-truncated']);
  });

  it('counts what was not kept, and does not change why it is there', async () => {
    await configure(NOBODY);
    stand.take(heat(1, 1, 201));
    stand.take({
      topic: 'cellar',
      payload: Buffer.from('{"level":3}'),
      receivedMs: RECEIVED_MS,
      format: 'plain-json',
      device: id('cellar'),
    });
    stand.outbox.prune(RECEIVED_MS + 2 * DAY_MS);
    stand.take({
      topic: 'cellar',
      payload: Buffer.from('{"level":3}'),
      receivedMs: RECEIVED_MS,
      format: 'plain-json',
      device: id('cellar'),
    });
    await configure(`models:
  tank: { manufacturer: Maker, model: Tank, fields: [{ path: level, property: water-distance, unit: m }] }
devices:
  - { devEui: "${HEAT}", profile: milesight-em300-th, ${AT} }
  - { id: cellar, model: tank, at: { name: kelder, label: Kelder, longitude: 3.7, latitude: 51 } }
`);
    expect(stand.replay()).toEqual({ outcomes: { 'not-kept': 3 }, reasons: {} });
    expect(stand.reasons()).toEqual(['unknown-device', 'unknown-device', 'unknown-device']);
    expect(stand.rows()).toEqual([]);
  });

  it('drops a copy of an uplink that came again and was taken meanwhile', async () => {
    await configure(NOBODY);
    stand.take(heat(1, 1, 201));
    await configure(KNOWN);
    stand.take(heat(1, 1, 201));
    expect(stand.replay().outcomes).toEqual({ duplicate: 1 });
    expect(stand.rows()).toHaveLength(1);
    expect(stand.reasons()).toEqual([]);
  });
});

const mast = (scale: number) => `models:
  mast:
    manufacturer: Maker
    model: Mast
    fields:
      - { path: air, property: air-temperature, unit: Cel }
      - { path: damp, property: relative-humidity, unit: '%', scale: ${scale} }
devices:
  - { id: mast, model: mast, ${AT} }
`;

describe('a replay of values that were refused', () => {
  it('adds them to the uplink that was taken, whose other values stay one version', async () => {
    await configure(mast(10));
    stand.take({
      topic: 'masts/mast',
      payload: Buffer.from('{"air":21.5,"damp":55}'),
      receivedMs: RECEIVED_MS,
      format: 'plain-json',
      device: id('mast'),
    });
    expect(stand.reasons()).toEqual(['outside-range']);
    await configure(mast(20));
    expect(stand.replay().outcomes).toEqual({ 'still-failing': 1 });
    expect(stand.rows()).toHaveLength(1);
    await configure(mast(1));
    expect(stand.replay().outcomes).toEqual({ corrected: 1 });
    const [before, after] = stand
      .rows()
      .map(({ values }) => Object.entries(values).map(([key, value]) => [key.slice(0, -6), value]));
    expect(before).toEqual([['air-temperature', '21.5']]);
    expect(after).toEqual([
      ['air-temperature', '21.5'],
      ['relative-humidity', '55'],
      ['heat-index', '21.1'],
    ]);
    expect(stand.reasons()).toEqual([]);
    expect(stand.replay({ kept: true }).outcomes).toEqual({ unchanged: 1 });
  });
});

describe('a replay of kept uplinks', () => {
  const model = (codec: string) => {
    writeFileSync(join(directory.path, 'codec.js'), codec);
    return `models:
  thermometer:
    manufacturer: Maker
    model: T
    codec: codec.js
    cleared: true
    fields: [{ path: t, property: air-temperature, unit: Cel }]
devices:
  - { devEui: "${HEAT}", model: thermometer, ${AT} }
`;
  };
  const codec = (divisor: number) =>
    `function decodeUplink(i) { return { data: { t: (i.bytes[2] | i.bytes[3] << 8) / ${divisor} } }; }`;

  it('corrects what a mended codec reads otherwise, once, with a revision above the first', async () => {
    await configure(model(codec(20)));
    for (const minute of [1, 2]) stand.take(heat(minute, minute, 200));
    stand.take(heat(3, 3, 0));
    await configure(model(codec(10)));
    expect(stand.replay({ kept: true }).outcomes).toEqual({ corrected: 2, unchanged: 1 });
    expect(stand.rows()).toEqual([
      { sequence: 1, values: air(1, '10') },
      { sequence: 2, values: air(2, '10') },
      { sequence: 3, values: air(3, '0') },
      { sequence: 4, values: air(1, '20') },
      { sequence: 5, values: air(2, '20') },
    ]);
    expect(stand.replay({ kept: true }).outcomes.corrected).toBeUndefined();
    expect(stand.rows()).toHaveLength(5);
  });

  it('corrects back when the codec is put back, above all that there is', async () => {
    await configure(model(codec(20)));
    stand.take(heat(1, 1, 200));
    await configure(model(codec(10)));
    stand.replay({ kept: true });
    await configure(model(codec(20)));
    stand.replayedMs += 1_000;
    stand.replay({ kept: true });
    expect(stand.rows().map(({ values }) => values)).toEqual([air(1, '10'), air(1, '20'), air(1, '10')]);
  });
});

describe('counts from counters', () => {
  const COUNTER = '24E124798E170003';
  const counted = `devices:\n  - { devEui: "${COUNTER}", profile: milesight-vs350, counts: from-counter, ${AT} }\n`;
  const total = (frameCounter: number, minute: number, totalIn: number): RawMessage => {
    const time = `2026-11-24T${String(10 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z`;
    const data = Buffer.from([0x04, 0xcc, totalIn & 0xff, totalIn >> 8, 0, 0]).toString('base64');
    const fields = { deviceInfo: { devEui: COUNTER }, fCnt: frameCounter, time, rxInfo: [], fPort: 85, data };
    const message = sampleMessage(HEAT_SAMPLE, fields);
    return { ...message, topic: message.topic.replace(new RegExp(HEAT, 'i'), COUNTER.toLowerCase()) };
  };
  const counts = () =>
    stand
      .rows()
      .map(({ values }) =>
        Object.fromEntries(Object.entries(values).filter(([key]) => key.startsWith('pedestrian-count-in '))),
      );

  it('are split by a reading that is run again, and go on from the newest one', async () => {
    await configure(counted);
    stand.take(total(1, 0, 100));
    await configure(NOBODY);
    stand.take(total(3, 10, 110));
    await configure(counted);
    stand.take(total(4, 20, 130));
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
    stand.take(total(5, 30, 160));
    expect(counts().map((values) => Object.values(values).map(Number))).toEqual([[], [30], [10, 20], [30]]);
    expect(counts()[2]).toEqual({ 'pedestrian-count-in 10:00-10:10': '10', 'pedestrian-count-in 10:10-10:20': '20' });
    expect(counts()[3]).toEqual({ 'pedestrian-count-in 10:20-10:30': '30' });
    // Now one from before the reading that was run again: it splits the count up to that one.
    stand.take(total(2, 5, 104));
    expect(counts()[4]).toEqual({ 'pedestrian-count-in 10:00-10:05': '4', 'pedestrian-count-in 10:05-10:10': '6' });
  });

  it('are left alone by a reading that is older than all that are kept, which is published all the same', async () => {
    await configure(NOBODY);
    stand.take(total(1, 0, 100));
    await configure(counted);
    for (let number = 2; number <= 70; number += 1) stand.take(total(number, number, 100 + number));
    const rowsBefore = stand.rows().length;
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
    expect(stand.rows()).toHaveLength(rowsBefore + 1);
    expect(counts().at(-1)).toEqual({});
    expect(Object.values(stand.rows().at(-1)?.values ?? {})).toContain('100');
    stand.take(total(71, 71, 171));
    expect(counts().at(-1)).toEqual({ 'pedestrian-count-in 11:10-11:11': '1' });
  });

  it('stay as they were when kept uplinks are run again', async () => {
    await configure(counted);
    for (const number of [1, 2, 3]) stand.take(total(number, number, 100 + number));
    expect(stand.replay({ kept: true }).outcomes).toEqual({ unchanged: 3 });
    stand.take(total(4, 4, 104));
    expect(counts().at(-1)).toEqual({ 'pedestrian-count-in 10:03-10:04': '1' });
  });
});

describe('frame counters of LoRaWAN sessions', () => {
  const sessions = [
    { ...SENSOR, nwkSKey: Buffer.from(SENSOR.nwkSKey, 'hex'), appSKey: Buffer.from(SENSOR.appSKey, 'hex') },
  ];
  const frame = (counter: number, tenths: number): RawMessage => {
    const heard = { phyPayload: frameOf(counter, temperaturePayload(tenths)), gateway: GATEWAYS[0] };
    return frameMessage(heard, { topic: 'lorawan/roof', receivedMs: RECEIVED_MS + counter * 60_000 });
  };

  it('stay where the air has brought them: an old frame is run again and still not taken from the air', async () => {
    await configure(NOBODY, sessions);
    stand.take(frame(10, 201));
    await configure(KNOWN.replace(HEAT, SENSOR.devEui), sessions);
    stand.take(frame(20, 202));
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
    stand.take(frame(15, 203));
    stand.take(frame(10, 201));
    stand.take(frame(21, 204));
    const values = stand.rows().map((row) => Object.values(row.values));
    expect(values).toEqual([['20.2'], ['20.1'], ['20.4']]);
    expect(stand.reasons()).toEqual([]);
  });
});

function id(text: string) {
  return parseDeviceId(text) ?? expect.fail('no device id');
}
