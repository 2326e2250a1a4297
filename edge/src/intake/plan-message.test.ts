import { formatDecimal } from '@meetbrug/protocols/observation';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { deviceRegistry } from '../normalise/device-registry.ts';
import type { QuarantineRecord } from '../outbox/quarantine-store.ts';
import {
  HEAT_SAMPLE,
  JOIN_SAMPLE,
  MOBILITY_SAMPLE,
  STATUS_SAMPLE,
  sampleMessage,
  testConfig,
  WATER_SAMPLE,
} from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { type PlannedMessage, planMessage } from './plan-message.ts';

const rules = intakeRules();
const plan = (message: Parameters<typeof planMessage>[0]) => planMessage(message, rules, () => false);

function values(planned: PlannedMessage): Record<string, string> {
  if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
  return Object.fromEntries(
    planned.uplink.observations.map(({ datastream, value }) => [datastream.key, formatDecimal(value)]),
  );
}

function quarantined(planned: PlannedMessage): QuarantineRecord {
  if (planned.kind !== 'quarantine') throw new Error(`planned as ${planned.kind}`);
  return planned.record;
}

const keptBody = (record: QuarantineRecord | undefined): unknown =>
  JSON.parse(Buffer.from(record?.payload ?? []).toString());

/** Milesight TLV in base64, as ChirpStack carries it. */
const data = (hex: string) => ({ data: Buffer.from(hex, 'hex').toString('base64') });

describe('one message', () => {
  it('gives the observations of a heat sensor, with the signal at its best gateway', () => {
    expect(values(plan(sampleMessage(HEAT_SAMPLE)))).toEqual({
      'plein.24e124136c140001.luchttemperatuur.momentaan': '31.3',
      'plein.24e124136c140001.relatieve-luchtvochtigheid.momentaan': '39',
      'plein.24e124136c140001.batterijniveau.momentaan': '92',
      'plein.24e124136c140001.ontvangststerkte.momentaan': '-92',
      'plein.24e124136c140001.signaal-ruisverhouding.momentaan': '7.2',
      // 88.3 degF at 39 %: the chart of the National Weather Service prints 88 for 88 degF at 40 %.
      'plein.24e124136c140001.hitte-index.heat-index-nws': '31.2',
    });
  });

  it('derives the local level and the level in TAW from a distance and the configured heights', () => {
    expect(values(plan(sampleMessage(WATER_SAMPLE)))).toMatchObject({
      'brug.peil-1.afstand-tot-wateroppervlak.momentaan': '1.25',
      'brug.peil-1.waterpeil-lokaal.peil-uit-afstand': '1.95',
      'brug.peil-1.waterpeil-mtaw.peil-uit-afstand': '7.57',
    });
  });

  it('counts people over the reporting interval that ends at the uplink, and reads counters at an instant', () => {
    const planned = plan(sampleMessage(MOBILITY_SAMPLE));
    expect(values(planned)).toMatchObject({
      'poort_in.24e124798e170003.aantal-voetganger.telling-600s': '14',
      'poort_out.24e124798e170003.aantal-voetganger.telling-600s': '9',
      'poort_in.24e124798e170003.tellerstand-voetganger.momentaan': '1842',
    });
    const counts = planned.kind === 'uplink' ? planned.uplink.observations : [];
    const observedMs = Date.UTC(2026, 4, 9, 15, 0, 2, 700);
    const intervals = counts.filter(({ datastream }) => datastream.property.key === 'pedestrian-count');
    expect(intervals.map(({ beginMs, endMs }) => [beginMs, endMs])).toEqual([
      [observedMs - 600_000, observedMs],
      [observedMs - 600_000, observedMs],
    ]);
    const readings = counts.filter(({ datastream }) => datastream.property.key === 'pedestrian-counter');
    expect(readings.map(({ beginMs, endMs }) => [beginMs, endMs])).toEqual([
      [observedMs, undefined],
      [observedMs, undefined],
    ]);
  });

  it('leaves the signal out where the configuration says so', () => {
    const quiet = { ...rules, devices: deviceRegistry(testConfig({ health: { signal: false } })) };
    expect(Object.keys(values(planMessage(sampleMessage(HEAT_SAMPLE), quiet, () => false)))).toHaveLength(3);
  });

  it('puts a value outside its range aside with the payload bytes and keeps the others', () => {
    const message = sampleMessage(HEAT_SAMPLE, data('01755c0367e803046800'));
    const planned = plan(message);
    expect(values(planned)).toMatchObject({ 'plein.24e124136c140001.batterijniveau.momentaan': '92' });
    expect(values(planned)).not.toHaveProperty(['plein.24e124136c140001.luchttemperatuur.momentaan']);
    if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
    expect(planned.quarantine.map(({ reason }) => reason)).toEqual(['outside-range']);
    expect(keptBody(planned.quarantine[0])).toMatchObject(data('01755c0367e803046800'));
  });

  it.each([
    ['unknown-topic', { ...sampleMessage(HEAT_SAMPLE), topic: 'zigbee/lamp2' }],
    ['not-this-format', { ...sampleMessage(HEAT_SAMPLE), payload: Buffer.from('{"fPort":"85"}') }],
    ['still-encrypted', sampleMessage(HEAT_SAMPLE, { joinServerContext: { sessionKeyId: 'AQI=' } })],
    ['payload-truncated', sampleMessage(HEAT_SAMPLE, data('01755c0367'))],
  ])('goes to quarantine as %s with its reduced form, which is refused for the same reason', (reason, message) => {
    const record = quarantined(plan(message));
    expect(record).toMatchObject({ reason, topic: reason === 'unknown-topic' ? 'zigbee/<5>' : message.topic });
    expect(record.payload.byteLength).toBeGreaterThan(2);
    expect(quarantined(plan({ ...message, payload: record.payload })).reason).toBe(reason);
  });

  it.each([
    ['not-json', { ...sampleMessage(HEAT_SAMPLE), payload: Buffer.from('{"devEui":') }, 'the body of 10 bytes'],
    ['too-large', { ...sampleMessage(HEAT_SAMPLE), payload: Buffer.alloc(65_537) }, '65537 bytes'],
  ])('goes to quarantine as %s without its body, with the length of it', (reason, message, detail) => {
    const record = quarantined(plan(message));
    expect(record).toMatchObject({ reason, detail: expect.stringContaining(detail) });
    expect(record.payload.byteLength).toBe(0);
  });

  it('of an unknown device keeps its payload bytes for a day, of a known one as long as the record', () => {
    const message = sampleMessage(HEAT_SAMPLE);
    const noDevices = { ...rules, devices: new Map() };
    const unknown = quarantined(planMessage(message, noDevices, () => false));
    expect(unknown.payloadExpiresMs).toBe(message.receivedMs + 86_400_000);
    const refused = quarantined(plan(sampleMessage(HEAT_SAMPLE, data('01755c0367'))));
    expect(refused).not.toHaveProperty('payloadExpiresMs');
  });

  it('of a device whose profile nobody has cleared leaves no raw form, and a refused one expires', () => {
    const devices = new Map(
      [...rules.devices].map(([devEui, device]) => {
        const { cleared: _, ...model } = device.model;
        return [devEui, { ...device, model }];
      }),
    );
    const uncleared = (message: RawMessage) => planMessage(message, { ...rules, devices }, () => false);
    const planned = uncleared(sampleMessage(HEAT_SAMPLE));
    expect(planned.kind === 'uplink' && planned.uplink.payload.byteLength).toBe(0);
    expect(quarantined(uncleared(sampleMessage(HEAT_SAMPLE, data('01755c0367'))))).toHaveProperty('payloadExpiresMs');
  });

  it('of an unknown device goes to quarantine, not away', () => {
    const noDevices = { ...rules, devices: new Map() };
    expect(planMessage(sampleMessage(HEAT_SAMPLE), noDevices, () => false)).toMatchObject({
      kind: 'quarantine',
      record: { reason: 'unknown-device' },
    });
  });

  it('goes to quarantine when its codec throws, so that a bug does not stop the stream', () => {
    const devEui = [...rules.devices.keys()][0];
    const device = rules.devices.get(devEui as never);
    if (device === undefined || devEui === undefined) throw new Error('no device');
    const read = () => {
      throw new Error('a bug');
    };
    const broken = new Map([[devEui, { ...device, model: { ...device.model, read } }]]);
    expect(planMessage(sampleMessage(HEAT_SAMPLE), { ...rules, devices: broken }, () => false)).toMatchObject({
      kind: 'quarantine',
      record: { reason: 'decoder-failed', detail: 'the decoder threw Error' },
    });
  });

  it.each([
    ['join', JOIN_SAMPLE],
    ['status', STATUS_SAMPLE],
  ])('that is a %s is counted and observes nothing', (event, sample) => {
    expect(plan(sampleMessage(sample))).toEqual({ kind: 'event', event });
  });

  it('that was seen is a duplicate', () => {
    expect(planMessage(sampleMessage(HEAT_SAMPLE), rules, () => true)).toEqual({ kind: 'duplicate' });
  });
});
