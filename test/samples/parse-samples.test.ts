import type { DeviceModel } from '@meetbrug/protocols/devices';
import { exactDecimal, formatDecimal, formatInstant, parseInstant } from '@meetbrug/protocols/observation';
import { convertUnit, OBSERVED_PROPERTIES, type UnitCode } from '@meetbrug/protocols/properties';
import {
  type DeviceId,
  decodeCayenneLpp,
  type NetworkEvent,
  NO_NODES,
  PARSERS,
  payloadHex,
  type RawMessage,
  readDiscovery,
  recogniseTopic,
  reduceSparkplug,
  SPLITTERS,
  type Uplink,
  type WireFormat,
} from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ExpectedValue, RECEIVED_MS, readSample, SAMPLE_NUMBERS } from './sample-files.ts';
import {
  CHANNEL_NAMES,
  COMPARED,
  EVENT_SAMPLES,
  NOT_COMPARED,
  PLAIN_SAMPLES,
  SAMPLES_OF_GATEWAYS,
  SENML_MODEL,
  SPARKPLUG_MODEL,
  TELRAAM_MODEL,
  UNIT_NAMES,
  UPLINK_SAMPLES,
  WITHOUT_PROPERTY,
} from './sample-table.ts';

/** Samples that hold objects of sensors or of stations, each with a block of its own below. */
const OBJECT_SAMPLES = ['24', '25', '26', '27', '28'];

/** A value in the words of the samples. */
interface Value {
  readonly quantity: string;
  readonly value: unknown;
  readonly at?: string | undefined;
}

function parse(format: WireFormat, raw: RawMessage): NetworkEvent {
  const parsed = PARSERS[format](raw);
  return parsed.ok ? parsed.value : expect.fail(parsed.fault.detail);
}

function parseUplink(format: WireFormat, raw: RawMessage): Uplink {
  const event = parse(format, raw);
  return event.kind === 'uplink' ? event : expect.fail(`a ${event.kind}`);
}

const onlyMessage = (number: string) => readSample(number).messages[0]?.raw ?? expect.fail(`no message in ${number}`);

/** What a model reads, in the unit that the sample has for it. */
function valuesOf(model: DeviceModel, uplink: Uplink, expected: readonly ExpectedValue[]): Value[] {
  const decoded = model.read(uplink);
  if (!decoded.ok) expect.fail(decoded.fault.detail);
  return decoded.value.readings.map(({ channel, value, atMs }) => {
    const quantity = commonName(channel);
    const { unit = '' } = model.channels[channel] ?? {};
    const wanted = expected.find((one) => commonName(one.quantity ?? one.name ?? '') === quantity)?.unit ?? unit;
    const converted = convertUnit(
      value,
      unit as UnitCode,
      (UNIT_NAMES[wanted] ?? wanted) as UnitCode,
      exactDecimal(1, 9),
    );
    return {
      quantity,
      value: converted === undefined ? 'another unit' : formatDecimal(converted),
      at: atMs === undefined ? undefined : formatInstant(atMs),
    };
  });
}

const commonName = (name: string) => CHANNEL_NAMES[name] ?? name;

const byText = (a: Value, b: Value) => JSON.stringify(a).localeCompare(JSON.stringify(b));

/** Derived values come from the edge, not from the message. */
const measuredOf = (values: readonly ExpectedValue[] = []) => values.filter((one) => one.derivedFrom === undefined);

function expectedNumbers(values: readonly ExpectedValue[]): Value[] {
  return values.map(({ quantity, name, value, observedAt }) => ({
    quantity: commonName(quantity ?? name ?? ''),
    value: String(value),
    at: observedAt === undefined ? undefined : formatInstant(parseInstant(observedAt) ?? Number.NaN),
  }));
}

describe('the samples', () => {
  it('are all in one of the tables, once', () => {
    const inTables = [
      ...Object.keys(UPLINK_SAMPLES),
      ...Object.keys(EVENT_SAMPLES),
      ...OBJECT_SAMPLES,
      ...SAMPLES_OF_GATEWAYS,
    ];
    expect(inTables.sort()).toEqual(SAMPLE_NUMBERS);
    expect(SAMPLE_NUMBERS).toHaveLength(28);
  });

  it.each(SAMPLE_NUMBERS.filter((number) => !SAMPLES_OF_GATEWAYS.includes(number)))(
    'say in %s nothing that is neither compared here nor named as left out',
    (number) => {
      const names = Object.keys(readSample(number).expected);
      expect(names.filter((name) => !COMPARED.includes(name) && !Object.hasOwn(NOT_COMPARED, name))).toEqual([]);
    },
  );
});

describe.each(Object.entries(UPLINK_SAMPLES))('sample %s', (number, { format, timeSource, models, byWebhook }) => {
  const { expected } = readSample(number);
  const raw = onlyMessage(number);

  it('is recognised by its topic, unless it came by webhook', () => {
    expect(recogniseTopic(raw.topic)).toBe(byWebhook ? undefined : format);
  });

  it('is the uplink that it says', () => {
    const uplink = parseUplink(format, raw);
    const { observedAt = null } = expected;
    expect(uplink).toMatchObject({
      format,
      device: expected.devEui,
      frameCounter: expected.fCnt,
      port: expected.fPort,
      confirmed: expected.confirmed ?? false,
      observedMs: observedAt === null ? RECEIVED_MS : parseInstant(observedAt),
      timeSource,
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

  it.each(models.map((model) => [model.id, model] as const))('gives its values, and no others, by %s', (_, model) => {
    const uplink = parseUplink(format, raw);
    if (expected.rejected !== undefined) {
      expect(model.read(uplink).ok).toBe(false);
      return;
    }
    const measured = measuredOf(expected.values);
    expect(valuesOf(model, uplink, measured).sort(byText)).toEqual(expectedNumbers(measured).sort(byText));
  });
});

describe.each(Object.entries(EVENT_SAMPLES))('sample %s', (number, format) => {
  const { expected } = readSample(number);
  const raw = onlyMessage(number);

  it('is the event that it says', () => {
    const value = (quantity: string) => expected.values?.find((one) => one.quantity === quantity)?.value;
    const event = parse(format, raw);
    const session = expected.sessionKeyId ?? expected.devAddr;
    const observedMs = parseInstant(expected.observedAt ?? '');
    expect(event).toMatchObject({ kind: expected.kind, device: expected.devEui, observedMs });
    if (event.kind === 'join') expect(event.session).toBe(session);
    if (event.kind === 'status') {
      expect(event).toMatchObject({ externalPower: false, linkMarginDb: value('linkMargin') });
      expect(formatDecimal(event.batteryPercent ?? expect.fail('no battery'))).toBe(String(value('battery')));
    }
  });
});

describe('sample 24, SenML', () => {
  const { expected } = readSample('24');
  const uplink = parseUplink('senml', onlyMessage('24'));

  it('is one uplink of its device, with every value by its name', () => {
    expect(uplink.device).toBe(expected.device);
    const entriesSchema = z.record(
      z.string(),
      z.array(z.object({ value: z.unknown(), unit: z.string().optional(), timeMs: z.int() })),
    );
    const found = Object.entries(entriesSchema.parse(uplink.decoded)).flatMap(([name, entries]) =>
      entries.map(({ value, unit, timeMs }) => ({ name, value, unit, at: formatInstant(timeMs) })),
    );
    expect(found.sort((a, b) => a.name.localeCompare(b.name))).toEqual(
      (expected.values ?? [])
        // The pack gives the door the unit `/`, which the sample does not repeat.
        .map(({ quantity = '', value, unit, observedAt = '' }) => ({
          name: quantity,
          value,
          unit: quantity === 'door' ? '/' : (unit ?? undefined),
          at: formatInstant(parseInstant(observedAt) ?? Number.NaN),
        }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    );
  });

  it('gives observations with their own times by a mapping', () => {
    const numbers = (expected.values ?? []).filter(({ value }) => typeof value === 'number');
    expect(valuesOf(SENML_MODEL, uplink, numbers).sort(byText)).toEqual(expectedNumbers(numbers).sort(byText));
  });

  it('stays whole where the source divides packs by device', () => {
    const parts = SPLITTERS.senml?.(onlyMessage('24'));
    expect(parts).toMatchObject({ ok: true, value: { length: 1 } });
  });
});

describe('sample 25, Cayenne LPP', () => {
  const { expected, messages } = readSample('25');
  const decoded = decodeCayenneLpp(messages[0]?.raw.payload ?? expect.fail('no payload'));
  const fields = Object.entries(decoded.ok ? decoded.value.data : {});

  it('has the names and values that The Things Stack gives them', () => {
    expect(decoded).toEqual({ ok: true, value: { data: expected.ttsNames, warnings: [] } });
  });

  it.each((expected.values ?? []).map((one) => [one.channel, one.value] as const))(
    'has channel %i',
    (channel, value) => {
      expect(fields.find(([name]) => name.endsWith(`_${channel}`))?.[1]).toEqual(value);
    },
  );
});

describe('sample 26, plain JSON', () => {
  const { expected, messages } = readSample('26');
  const rawOf = (name: string) => messages.find((one) => one.name === name)?.raw ?? expect.fail(name);

  it.each(Object.entries(PLAIN_SAMPLES))('reads %s', (name, { format, device, model }) => {
    const wanted = expected.results?.find((one) => one.name === name) ?? expect.fail(name);
    const raw = rawOf(name);
    const said = device === undefined ? {} : { device: device as DeviceId };
    expect(recogniseTopic(raw.topic)).toBe(format === 'plain-json' ? undefined : format);
    if (wanted.kind === 'status') {
      expect(parse(format, raw)).toEqual({ kind: 'other', event: wanted.online ? 'online' : 'offline' });
      return;
    }
    const uplink = parseUplink(format, { ...raw, ...said });
    const isArrival = wanted.observedAt === null;
    expect(uplink.observedMs).toBe(isArrival ? RECEIVED_MS : parseInstant(wanted.observedAt ?? ''));
    expect(uplink.timeSource).toBe(isArrival ? 'edge' : 'payload');
    const values = wanted.values ?? [];
    const mappedValues = values.filter(({ quantity = '' }) => !Object.hasOwn(WITHOUT_PROPERTY, quantity));
    expect(valuesOf(model ?? expect.fail(name), uplink, values).sort(byText)).toEqual(
      expectedNumbers(mappedValues).sort(byText),
    );
    for (const { quantity = '', value } of values) {
      const place = WITHOUT_PROPERTY[quantity];
      if (place !== undefined) expect(uplink.decoded, quantity).toHaveProperty([...place], value);
    }
  });

  it('reads the announcement of Home Assistant, and finds by it what the state holds', () => {
    const announced = readDiscovery(rawOf('homeassistant discovery'));
    const state = rawOf('homeassistant state');
    expect(announced).toEqual({
      ok: true,
      value: { stateTopic: state.topic, path: 'level', unit: 'm', deviceClass: 'distance' },
    });
  });

  it('reads every message of the sample', () => {
    expect(messages.map(({ name }) => name).sort()).toEqual(
      [...Object.keys(PLAIN_SAMPLES), 'homeassistant discovery'].sort(),
    );
  });
});

describe('sample 27, Sparkplug B', () => {
  const { expected, messages } = readSample('27');
  const [birth, data] = messages.map(({ raw }) => raw);
  const born = reduceSparkplug(NO_NODES, birth ?? expect.fail('no birth'));
  const told = reduceSparkplug(born.ok ? born.value.state : NO_NODES, data ?? expect.fail('no data'));

  const partSchema = z.object({
    timeMs: z.int(),
    metrics: z.record(
      z.string(),
      z.object({ value: z.unknown(), unit: z.string().optional(), historical: z.boolean().optional() }),
    ),
  });
  const metricsOf = (step: typeof born) =>
    (step.ok ? step.value.messages : expect.fail(step.fault.detail)).flatMap((raw) => {
      const { timeMs, metrics } = partSchema.parse(parseUplink('sparkplug-b', raw).decoded);
      return Object.entries(metrics).map(([name, metric]) => ({ name, ...metric, observedAt: formatInstant(timeMs) }));
    });

  it.each([
    [0, born],
    [1, told],
  ] as const)('has the values of message %i, by name, each with its time', (index, step) => {
    const wanted = expected.results?.[index] ?? expect.fail('no result');
    const found = metricsOf(step);
    expect(found).toHaveLength(wanted.values?.length ?? 0);
    for (const { name, value, unit, observedAt, historical } of wanted.values ?? []) {
      const metric = found.find((one) => one.name === name) ?? expect.fail(name);
      expect(metric.value, name).toBe(value);
      expect(metric.historical ?? false, name).toBe(historical ?? false);
      if (unit !== undefined) expect(metric.unit, name).toBe(unit);
      if (observedAt !== undefined) expect(metric.observedAt, name).toBe(formatInstant(parseInstant(observedAt) ?? 0));
    }
    const state = step.ok ? step.value.state : NO_NODES;
    expect([...state.nodes.values()].map(({ seq }) => seq)).toEqual([wanted.seq]);
    expect(step).toMatchObject({ ok: true, value: { stale: [] } });
    if (step.ok) expect(step.value.rebirth).toBeUndefined();
  });

  it('is of the device that it says, one uplink a moment, and gives levels by a mapping', () => {
    const uplinks = (told.ok ? told.value.messages : []).map((raw) => parseUplink('sparkplug-b', raw));
    expect(uplinks.map(({ device }) => device)).toEqual([expected.device, expected.device]);
    expect(uplinks.flatMap((uplink) => valuesOf(SPARKPLUG_MODEL, uplink, []))).toEqual([
      { quantity: 'Level/Upstream', value: '2.341', at: undefined },
      { quantity: 'Level/Downstream', value: '1.91', at: undefined },
    ]);
  });
});

describe('sample 28, Telraam', () => {
  const { expected } = readSample('28');
  const split = SPLITTERS.telraam?.(onlyMessage('28'));
  const rows = split?.ok ? split.value : [];
  const { uptimeMinShare = 0 } = OBSERVED_PROPERTIES['pedestrian-count'].plausible ?? {};

  it('is one uplink an hour', () => {
    expect(rows).toHaveLength(expected.results?.length ?? 0);
  });

  it.each((expected.results ?? []).map((wanted, index) => [index, wanted] as const))('has hour %i', (index, wanted) => {
    const uplink = parseUplink('telraam', rows[index] ?? expect.fail('no row'));
    const [begin = '', end = ''] = wanted.period ?? [];
    expect(formatInstant(uplink.observedMs)).toBe(end);
    expect(uplink.decoded).toHaveProperty('date', begin.replace('Z', '.000Z'));
    const values = wanted.values ?? [];
    expect(valuesOf(TELRAAM_MODEL, uplink, values).sort(byText)).toEqual(expectedNumbers(values).sort(byText));
    const { uptime } = z.object({ uptime: z.number() }).parse(uplink.decoded);
    expect(uptime < uptimeMinShare ? 'low-uptime' : 'good').toBe(wanted.quality);
  });
});
