import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDeviceId, type RawMessage } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { observedTexts, planned, plannedAsUplink, rulesOfYaml } from '../testing/model-fixture.ts';

const AT =
  'at: { name: brug, label: Brug, longitude: 3.7, latitude: 51, mountingHeightMetres: 3.2, localZeroTawMetres: 5 }';

/** As a vendor of a radar might write it: state in a global, a history and texts with units. */
const CODEC = `
var calls = 0;
function decodeUplink(input) {
  calls += 1;
  if (input.bytes.length < 3) return { errors: ['too short'] };
  var b = input.bytes;
  var data = { calls: calls, level: { distance: (b[0] << 8 | b[1]) + ' mm' }, battery: b[2] / 2, history: [] };
  for (var i = 3; i + 5 < b.length; i += 6) {
    data.history.push({ at: b[i] * 16777216 + (b[i + 1] << 16 | b[i + 2] << 8 | b[i + 3]), distance: b[i + 4] << 8 | b[i + 5] });
  }
  return { data: data, warnings: [] };
}`;

/** Ten lines. */
const RADAR = `
models:
  radar:
    manufacturer: Maker
    model: Radar 10
    codec: radar.js
    fields:
      - { path: level.distance, property: water-distance, unit: mm, missing: [65535] }
      - { path: 'history[].distance', property: water-distance, unit: mm, missing: [65535], time: at, timeFormat: s }
      - { path: battery, property: battery-level, unit: '%' }
devices:
  - { devEui: 24E124713D2000AA, model: radar, ${AT} }
`;

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'radar.js'), CODEC);
});
afterEach(() => directory.remove());

function chirpstack(payload: string, fCnt = 1): RawMessage {
  const body = {
    time: '2026-11-24T11:59:58Z',
    deviceInfo: { devEui: '24e124713d2000aa' },
    devAddr: '01ab33f0',
    fCnt,
    fPort: 10,
    data: Buffer.from(payload, 'hex').toString('base64'),
  };
  const topic = 'application/17c82e96/device/24e124713d2000aa/event/up';
  return { topic, payload: Buffer.from(JSON.stringify(body)), receivedMs: RECEIVED_MS };
}

/** 2026-11-24T11:45:00Z in unix seconds, big-endian. */
const STORED_AT = Math.floor(Date.UTC(2026, 10, 24, 11, 45) / 1000)
  .toString(16)
  .padStart(8, '0');

describe('a device model with a vendor codec and ten lines of configuration', () => {
  it('goes through the whole intake: levels from the mounting height, history with its own times', async () => {
    const rules = await rulesOfYaml(directory.path, RADAR);
    expect(observedTexts(planned(rules, chirpstack(`07e9c8${STORED_AT}07d0`)))).toEqual([
      'water-distance 2026-11-24T11:59:58.000Z 2.025',
      'water-level-local 2026-11-24T11:59:58.000Z 1.175',
      'water-level-taw 2026-11-24T11:59:58.000Z 6.175',
      'water-distance 2026-11-24T11:45:00.000Z 2',
      'water-level-local 2026-11-24T11:45:00.000Z 1.2',
      'water-level-taw 2026-11-24T11:45:00.000Z 6.2',
      'battery-level 2026-11-24T11:59:58.000Z 100',
    ]);
  });

  it('leaves out what the device could not measure, and counts it', async () => {
    const plan = planned(await rulesOfYaml(directory.path, RADAR), chirpstack('ffffc8'));
    expect(observedTexts(plan)).toEqual(['battery-level 2026-11-24T11:59:58.000Z 100']);
    expect(plannedAsUplink(plan)).toMatchObject({ missingCount: 1, quarantine: [] });
  });

  it('puts an uplink aside that its codec refuses, with the reason', async () => {
    const plan = planned(await rulesOfYaml(directory.path, RADAR), chirpstack('07'));
    expect(plan).toMatchObject({ kind: 'quarantine', record: { reason: 'codec-errors' } });
  });

  it('names the setting of a codec that cannot be opened', async () => {
    writeFileSync(join(directory.path, 'radar.js'), 'function nothing() {}');
    await expect(rulesOfYaml(directory.path, RADAR)).rejects.toThrow(/^models\.radar\.codec: /);
    const missing = RADAR.replace('radar.js', 'gone.js');
    await expect(rulesOfYaml(directory.path, missing)).rejects.toThrow(/^models\.radar\.codec: cannot read .*gone\.js/);
  });
});

describe('a device without a codec', () => {
  const settings = `
models:
  lpp:
    manufacturer: Own build
    model: Node
    codec: cayenne-lpp
    fields:
      - { path: temperature_1, property: air-temperature, unit: Cel }
      - { path: relative_humidity_2, property: relative-humidity, unit: '%' }
  climate:
    manufacturer: Own build
    model: Climate
    fields:
      - { path: temperature, property: air-temperature, unit: Cel }
      - { path: voltage, property: battery-voltage, unit: V, scale: 0.001 }
  pack:
    manufacturer: Own build
    model: Pack
    fields:
      - { path: 'temperature[].value', property: air-temperature, unit: Cel, time: timeMs, timeFormat: ms }
  counter:
    manufacturer: Own build
    model: Counter
    fields:
      - path: in
        property: pedestrian-counter
        unit: '{count}'
        direction: in
        counter: { counts: pedestrian-count, widthBits: 16, countsPerSecondMax: 5 }
devices:
  - { devEui: 24E124713D2000AA, model: lpp, sensor: lpp, ${AT} }
  - { id: heat-library-26, model: climate, ${AT} }
  - { id: 'urn:dev:mac:24e124fffe140024', model: pack, ${AT} }
  - { id: poort/teller, model: counter, counts: from-counter, ${AT} }
`;

  const json = (topic: string, body: unknown, said: Partial<RawMessage> = {}): RawMessage => ({
    topic,
    payload: Buffer.from(JSON.stringify(body)),
    receivedMs: RECEIVED_MS,
    ...said,
  });

  it('may send Cayenne LPP, and what it measures takes part in derivations', async () => {
    const rules = await rulesOfYaml(directory.path, settings);
    expect(observedTexts(planned(rules, chirpstack('0167014402684d')))).toEqual([
      'air-temperature 2026-11-24T11:59:58.000Z 32.4',
      'relative-humidity 2026-11-24T11:59:58.000Z 38.5',
      'heat-index 2026-11-24T11:59:58.000Z 32.6',
    ]);
  });

  it('may be a Zigbee sensor with a name, and becomes a sensor by it', async () => {
    const rules = await rulesOfYaml(directory.path, settings);
    const body = { temperature: 30.42, voltage: 2950, linkquality: 120, last_seen: '2026-11-24T11:50:00Z' };
    const plan = planned(rules, json('zigbee2mqtt/heat-library-26', body));
    expect(observedTexts(plan)).toEqual([
      'air-temperature 2026-11-24T11:50:00.000Z 30.4',
      'battery-voltage 2026-11-24T11:50:00.000Z 2.95',
    ]);
    const [first] = plannedAsUplink(plan).uplink.observations;
    expect(first?.datastream.content.sensor.name).toBe('heat-library-26');
  });

  it('may send SenML packs with several times', async () => {
    const rules = await rulesOfYaml(directory.path, settings);
    const bt = Date.UTC(2026, 10, 24, 11, 55) / 1000;
    const pack = [
      { bn: 'urn:dev:mac:24e124fffe140024:', bt, bu: 'Cel', n: 'temperature', v: 31.3 },
      { n: 'temperature', v: 31.1, t: -60 },
    ];
    expect(observedTexts(planned(rules, json('stad/senml', pack, { format: 'senml' })))).toEqual([
      'air-temperature 2026-11-24T11:55:00.000Z 31.3',
      'air-temperature 2026-11-24T11:54:00.000Z 31.1',
    ]);
  });

  it('may count: what its counter rose by, ordered by time where there is no frame counter', async () => {
    const rules = await rulesOfYaml(directory.path, settings);
    const device = parseDeviceId('poort/teller') ?? expect.fail();
    const at = (minutes: number, count: number) =>
      planned(rules, {
        ...json('poort', { in: count }, { format: 'plain-json', device }),
        receivedMs: RECEIVED_MS + minutes * 60_000,
      });
    expect(observedTexts(at(0, 65_530))).toHaveLength(1);
    expect(observedTexts(at(10, 24))).toContain('pedestrian-count 2026-11-24T12:00:00.000Z 30');
    expect(plannedAsUplink(at(20, 3)).uncounted).toEqual(['counter-reset']);
  });

  it('has its small counts withheld and its doubtful values flagged, as a built-in profile has', async () => {
    const rules = await rulesOfYaml(
      directory.path,
      `privacy: { smallCounts: {} }
models:
  camera:
    manufacturer: Maker
    model: Camera
    fields:
      - { path: bikes, property: bicycle-count, unit: '{count}', overInterval: true }
      - { path: temperature, property: air-temperature, unit: Cel }
devices:
  - { id: camera-1, model: camera, intervalSeconds: 600, quality: { air-temperature: { plausibleRange: { min: 0, max: 30 } } }, ${AT} }
`,
    );
    const device = parseDeviceId('camera-1') ?? expect.fail();
    const { uplink } = plannedAsUplink(
      planned(rules, json('camera', { bikes: 3, temperature: 31 }, { format: 'plain-json', device })),
    );
    expect(uplink.observations.map(({ datastream, quality }) => [datastream.property.key, quality.flags])).toEqual([
      ['air-temperature', ['outside-plausible-range']],
    ]);
    expect(uplink.contributions).toHaveLength(1);
  });

  it('cannot be bound to a profile that reads payload bytes', async () => {
    const rules = await rulesOfYaml(
      directory.path,
      `devices: [{ devEui: 24E124136C140001, profile: milesight-em300-th, ${AT} }]\n`,
    );
    const device = parseDeviceId('24e124136c140001') ?? expect.fail();
    expect(planned(rules, json('x', { temperature: 20 }, { format: 'plain-json', device }))).toMatchObject({
      kind: 'quarantine',
      record: { reason: 'payload-empty' },
    });
  });
});
