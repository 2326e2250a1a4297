import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEVICE_PROFILES } from '../devices/mod.ts';
import { decimalFromNumber, exactDecimal, formatDecimal } from '../observation/decimal.ts';
import { parseInstant } from '../observation/instant.ts';
import { OBSERVED_PROPERTIES } from '../properties/catalogue.ts';
import { convertUnit } from '../properties/convert-unit.ts';
import type { UnitCode } from '../properties/units.ts';
import { payloadHex } from './frm-payload.ts';
import { type NetworkEvent, PARSERS, recogniseTopic, type WireFormat } from './mod.ts';

const SAMPLES = `${import.meta.dirname}/../../../test/samples`;
const RECEIVED_MS = Date.UTC(2026, 11, 31);

const messageSchema = z.object({ topic: z.string().optional(), payload: z.unknown() });
const expectedSchema = z.object({
  source: z.string(),
  kind: z.enum(['uplink', 'join', 'status']),
  devEui: z.string(),
  deviceId: z.string().optional(),
  devAddr: z.string().optional(),
  sessionKeyId: z.string().optional(),
  fCnt: z.int().optional(),
  fPort: z.int().optional(),
  confirmed: z.boolean().optional(),
  adr: z.boolean().optional(),
  observedAt: z.string(),
  payloadHex: z.string().optional(),
  gatewayCount: z.int().optional(),
  bestGateway: z.object({ id: z.string(), rssi: z.number(), snr: z.number() }).optional(),
  values: z
    .array(z.object({ quantity: z.string(), value: z.number(), unit: z.string(), derivedFrom: z.string().optional() }))
    .default([]),
});

const FORMATS: Readonly<Record<string, WireFormat>> = {
  'chirpstack-v4': 'chirpstack-v4',
  'tts-v3': 'the-things-stack',
};

/** Which clock each message had, as its text shows: the samples do not say it. */
const TIME_SOURCES: Readonly<Record<string, string>> = {
  '01': 'gateway-gps',
  '02': 'network-server',
  '03': 'network-server',
  '06': 'network-server',
  '09': 'gateway',
  '10': 'network-server',
  '11': 'gateway',
};

/** Device of each sample, which a city's configuration names, and the samples' working names for its channels. */
const PROFILES: Readonly<Record<string, string>> = {
  '01': 'milesight-em300-th',
  '02': 'milesight-em500-udl',
  '03': 'milesight-vs350',
  '06': 'dragino-lht65n',
  '09': 'milesight-em300-th',
  '10': 'dragino-ldds75',
  '11': 'milesight-vs350',
};
const CHANNELS: Readonly<Record<string, string>> = {
  airTemperature: 'temperature',
  relativeHumidity: 'humidity',
  battery: 'battery',
  distance: 'distance',
  probeTemperature: 'probeTemperature',
  batteryVoltage: 'batteryVoltage',
  peopleTotalIn: 'totalIn',
  peopleTotalOut: 'totalOut',
  peopleIn: 'periodIn',
  peopleOut: 'periodOut',
};
const UNITS: Readonly<Record<string, UnitCode>> = {
  Cel: 'Cel',
  '%RH': '%',
  '%': '%',
  m: 'm',
  V: 'V',
  count: '{count}',
};

const NUMBERS = ['01', '02', '03', '04', '05', '06', '09', '10', '11', '12'];

function sample(number: string) {
  const name = readdirSync(SAMPLES).find((file) => file.startsWith(`${number}-`) && !file.endsWith('.expected.json'));
  const read = (file: string): unknown => JSON.parse(readFileSync(`${SAMPLES}/${file}`, 'utf8'));
  const message = messageSchema.parse(read(`${name}`));
  const expected = expectedSchema.parse(read(`${name?.replace('.json', '.expected.json')}`));
  const payload = new TextEncoder().encode(JSON.stringify(message.payload));
  return { raw: { topic: message.topic ?? '', payload, receivedMs: RECEIVED_MS }, expected };
}

function parse(number: string): NetworkEvent {
  const { raw, expected } = sample(number);
  const format = FORMATS[expected.source] ?? expect.fail(`no parser for ${expected.source}`);
  const parsed = PARSERS[format](raw);
  return parsed.ok ? parsed.value : expect.fail(parsed.fault.detail);
}

function parseAs<K extends NetworkEvent['kind']>(number: string, kind: K): Extract<NetworkEvent, { kind: K }> {
  const event = parse(number);
  if (event.kind !== kind) expect.fail(`a ${event.kind}`);
  return event as Extract<NetworkEvent, { kind: K }>;
}

const ofKind = (kind: string) => NUMBERS.filter((number) => sample(number).expected.kind === kind);

describe('the sample messages', () => {
  it.each(NUMBERS)('%s is recognised by its topic, unless it came by webhook', (number) => {
    const { raw, expected } = sample(number);
    expect(recogniseTopic(raw.topic)).toBe(raw.topic === '' ? undefined : FORMATS[expected.source]);
  });

  it.each(ofKind('uplink'))('%s is the uplink that it says', (number) => {
    const { expected } = sample(number);
    const uplink = parseAs(number, 'uplink');
    expect(uplink).toMatchObject({
      format: FORMATS[expected.source],
      devEui: expected.devEui,
      frameCounter: expected.fCnt,
      port: expected.fPort,
      confirmed: expected.confirmed ?? false,
      observedMs: parseInstant(expected.observedAt),
      timeSource: TIME_SOURCES[number],
      simulated: false,
    });
    expect(payloadHex(uplink.payload)).toBe(expected.payloadHex);
    if (expected.adr !== undefined) expect(uplink.adr).toBe(expected.adr);
    if (expected.deviceId !== undefined) expect(uplink.deviceName).toBe(expected.deviceId);
    if (expected.gatewayCount !== undefined) expect(uplink.receptions).toHaveLength(expected.gatewayCount);
    if (expected.bestGateway !== undefined) {
      const { id, rssi, snr } = expected.bestGateway;
      expect(uplink.receptions[0]).toEqual({ gateway: id, rssi, snr });
    }
  });

  it.each(ofKind('join'))('%s is the join that it says', (number) => {
    const { expected } = sample(number);
    expect(parse(number)).toEqual({
      kind: 'join',
      devEui: expected.devEui,
      session: expected.sessionKeyId ?? expected.devAddr,
      observedMs: parseInstant(expected.observedAt),
    });
  });

  it.each(ofKind('status'))('%s is the status that it says', (number) => {
    const { expected } = sample(number);
    const status = parseAs(number, 'status');
    const value = (quantity: string) =>
      expected.values.find((entry) => entry.quantity === quantity)?.value ?? Number.NaN;
    expect(status).toEqual({
      kind: 'status',
      devEui: expected.devEui,
      observedMs: parseInstant(expected.observedAt),
      batteryPercent: decimalFromNumber(value('battery')),
      externalPower: false,
      linkMarginDb: value('linkMargin'),
    });
  });

  it.each(ofKind('uplink'))('%s decodes to the values that it says', (number) => {
    const { expected } = sample(number);
    const uplink = parseAs(number, 'uplink');
    const profile = DEVICE_PROFILES.get(PROFILES[number] ?? '') ?? expect.fail('no profile');
    const decoded = profile.decode(uplink.payload, uplink.port);
    if (!decoded.ok) expect.fail(decoded.fault.detail);
    for (const { quantity, value, unit } of expected.values.filter((entry) => entry.derivedFrom === undefined)) {
      const name = CHANNELS[quantity] ?? expect.fail(quantity);
      const channel = profile.channels[name] ?? expect.fail(name);
      const reading = decoded.value.readings.find((entry) => entry.channel === name) ?? expect.fail(name);
      const property = OBSERVED_PROPERTIES[channel.property];
      expect(property.unit).toBe(UNITS[unit]);
      const converted = convertUnit(reading.value, channel.unit, property.unit, exactDecimal(1, 9));
      expect(converted && formatDecimal(converted)).toBe(String(value));
    }
    expect(decoded.value.readings).toHaveLength(
      expected.values.filter((entry) => entry.derivedFrom === undefined).length,
    );
  });
});
