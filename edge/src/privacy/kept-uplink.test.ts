import { parseDeviceId, type RawMessage } from '@meetbrug/protocols/uplinks';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recogniseKept } from '../decode/recognise-kept.ts';
import { planRecognised } from '../intake/plan-message.ts';
import { RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { planned, plannedAsUplink, type Rules, rulesOfYaml } from '../testing/model-fixture.ts';

const AT = 'at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 }';
const SETTINGS = `
models:
  station:
    manufacturer: Own build
    model: Station
    fields:
      - { path: climate.temperature, property: air-temperature, unit: Cel, time: climate.at, timeFormat: iso-local }
      - { path: 'history[].humidity', property: relative-humidity, unit: '%', time: ts, timeFormat: s }
      - { path: 'probes[1].t', property: probe-temperature, unit: Cel }
devices:
  - { id: station-1, model: station, ${AT} }
  - { devEui: 24E124136C1400AA, model: station, sensor: lora, ${AT} }
`;
const SECRETS = ['1-ABC-123', 'AA:BB:CC:DD:EE:FF', 'Jan Peeters'];
const STATION = parseDeviceId('station-1') ?? expect.fail();

let directory: ReturnType<typeof temporaryDirectory>;
let rules: Rules;
beforeAll(async () => {
  directory = temporaryDirectory();
  rules = await rulesOfYaml(directory.path, SETTINGS);
});
afterAll(() => directory.remove());

const BODY = {
  owner: 'Jan Peeters',
  climate: { temperature: '21.5 °C', at: '2026-11-24T12:55:00', seen: ['AA:BB:CC:DD:EE:FF'] },
  history: [
    { ts: 1_795_520_700, humidity: 50, plate: '1-ABC-123' },
    { ts: 1_795_520_760, humidity: 51 },
  ],
  probes: [{ t: 3 }, { t: 4, note: 'Jan Peeters' }],
};

const stationMessage = (body: unknown): RawMessage => ({
  topic: 'sensors/station-1',
  payload: Buffer.from(JSON.stringify(body)),
  receivedMs: RECEIVED_MS,
  format: 'plain-json',
  device: STATION,
});

const loraMessage = (object: unknown): RawMessage => ({
  topic: 'application/17c82e96/device/24e124136c1400aa/event/up',
  payload: Buffer.from(
    JSON.stringify({ deviceInfo: { devEui: '24e124136c1400aa', deviceName: 'Jan' }, fPort: 85, data: 'AXU=', object }),
  ),
  receivedMs: RECEIVED_MS,
});

function again(topic: string, payload: Uint8Array) {
  const message: RawMessage = { topic, payload, receivedMs: RECEIVED_MS };
  return planRecognised(message, recogniseKept(message, 65_536), rules, () => false);
}

const values = (plan: ReturnType<typeof again>) =>
  plannedAsUplink(plan).uplink.observations.map(({ datastream, beginMs, value }) => [datastream.key, beginMs, value]);

describe('the kept form of an uplink that was read as an object', () => {
  it.each([
    ['of a sensor', stationMessage],
    ["of a network server's codec", loraMessage],
  ])('%s gives the same observations again, and is kept as before', (_, message) => {
    const plan = planned(rules, message(BODY));
    const { topic, payload } = plannedAsUplink(plan).uplink;
    // Four that were read, and a heat index of two of them.
    expect(values(plan)).toHaveLength(5);
    expect(values(again(topic, payload))).toEqual(values(plan));
    expect(plannedAsUplink(again(topic, payload)).uplink.payload).toEqual(payload);
  });

  it('has the scalars that the mapping reads and nothing else', () => {
    const { payload } = plannedAsUplink(planned(rules, stationMessage(BODY))).uplink;
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      '@uplink': 1,
      format: 'plain-json',
      device: 'station-1',
      session: '',
      confirmed: false,
      adr: false,
      observedMs: RECEIVED_MS,
      timeSource: 'edge',
      receptions: [],
      simulated: false,
      decoded: {
        climate: { temperature: '21.5 °C', at: '2026-11-24T12:55:00' },
        history: [
          { ts: 1_795_520_700, humidity: 50 },
          { ts: 1_795_520_760, humidity: 51 },
        ],
        probes: [{ t: 3 }, { t: 4 }],
      },
    });
  });

  it('of a value that was refused gives the same refusal, without an end of its payload', () => {
    const message = stationMessage({ ...BODY, probes: [{}, { t: 4_000 }] });
    const [record] = plannedAsUplink(planned(rules, message)).quarantine;
    if (record === undefined) expect.fail('nothing was refused');
    expect(record).toMatchObject({ reason: 'outside-range', topic: message.topic });
    expect(record).not.toHaveProperty('payloadExpiresMs');
    expect(plannedAsUplink(again(record.topic, record.payload)).quarantine).toMatchObject([{ reason: record.reason }]);
  });

  it('of a device that is not configured has names and types of its object', () => {
    const plan = planned(rules, { ...stationMessage(BODY), device: parseDeviceId('station-2') ?? STATION });
    if (plan.kind !== 'quarantine') expect.fail(plan.kind);
    expect(plan.record.reason).toBe('unknown-device');
    const text = Buffer.from(plan.record.payload).toString();
    expect(JSON.parse(text).decoded.climate).toEqual({ temperature: '<string>', at: '<string>', seen: ['<string>'] });
    expect(again(plan.record.topic, plan.record.payload)).toMatchObject({ record: { reason: 'unknown-device' } });
  });

  it('never has a text that is no measurement, wherever it stood', () => {
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(...SECRETS),
        fc.integer(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.constantFrom('climate', 'temperature', 'at', 'history', 'humidity', 'ts', 'probes', 't', ...SECRETS),
          tie('value'),
          { maxKeys: 5 },
        ),
      ),
    })).value;
    let keptCount = 0;
    fc.assert(
      fc.property(json, fc.constantFrom(stationMessage, loraMessage), (hidden, message) => {
        const plan = planned(rules, message({ climate: { temperature: 20 }, probes: [0, { t: 4 }], history: hidden }));
        const records =
          plan.kind === 'uplink' ? [plan.uplink, ...plan.quarantine] : plan.kind === 'quarantine' ? [plan.record] : [];
        for (const { payload } of records) {
          keptCount += 1;
          const text = Buffer.from(payload).toString();
          for (const secret of SECRETS) expect(text).not.toContain(secret);
        }
      }),
      { seed: 5, numRuns: 2_000 },
    );
    expect(keptCount).toBeGreaterThan(1_000);
  });

  it('is not taken from a sender: a body that looks like one is read by its own format', () => {
    const { payload } = plannedAsUplink(planned(rules, stationMessage(BODY))).uplink;
    const plan = planned(rules, { topic: 'sensors/x', payload, receivedMs: RECEIVED_MS });
    if (plan.kind !== 'quarantine') expect.fail(plan.kind);
    expect(plan.record.reason).toBe('unknown-topic');
    expect(Buffer.from(plan.record.payload).toString()).not.toContain('@uplink');
  });
});
