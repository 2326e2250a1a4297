import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  checkThingParkToken,
  type DeviceId,
  decodeCayenneLpp,
  decodeSenml,
  NO_NODES,
  PARSERS,
  type RawMessage,
  RECEPTIONS_MAX,
  readDiscovery,
  recogniseTopic,
  reduceSparkplug,
  SPLITTERS,
  type SparkplugState,
  UPLINK_FAULTS,
  uplinkKey,
  type WireFormat,
} from './mod.ts';
import { SPARKPLUG_NAMES_MAX, SPARKPLUG_NODES_MAX } from './sparkplug-b-state.ts';
import {
  encodeJson,
  hostileBytes,
  hostileJson,
  hostileTopic,
  type Json,
  LARGE_BODIES,
} from './testing/hostile-input.ts';

const RUNS = 10_000;
const SEED = 41;
const DETAIL_MAX = 300;
/** Ten thousand cases take one to two seconds of a processor; a busy machine has little of one. */
const TEST_MAX_MS = 120_000;
/** On a busy machine; the usual case takes some tens of microseconds. */
const CASE_MAX_MS = 3000;
/** What a result may hold beyond a multiple of what came. */
const RESULT_FACTOR = 16;
const RESULT_MAX_BYTES = 4_000_000;

const sampleSchema = z.looseObject({ topic: z.string().optional(), payload: z.unknown() });

function sample(name: string): { readonly topic: string; readonly payload: Json } {
  const text = readFileSync(`${import.meta.dirname}/../../../test/samples/${name}.json`, 'utf8');
  const { topic, payload } = sampleSchema.parse(JSON.parse(text));
  return { topic: topic ?? '', payload: payload as Json };
}

/** One of the messages in the samples that hold several. */
function messageOf(name: string, index: number) {
  const text = readFileSync(`${import.meta.dirname}/../../../test/samples/${name}.json`, 'utf8');
  const { messages } = z.object({ messages: z.array(z.looseObject({ topic: z.string() })) }).parse(JSON.parse(text));
  return messages[index] ?? expect.fail(`no message ${index}`);
}

const plain = (index: number) => {
  const { topic, payload } = messageOf('26-plain-json-messages', index);
  return { topic, payload: payload as Json };
};
const telraamReport = sample('28-telraam-report-mobility');
const telraamRows = (telraamReport.payload as { readonly report: readonly Json[] }).report;
const sparkplugPart: Json = {
  timeMs: 1_784_034_960_000,
  metrics: { 'Level/Upstream': { value: 2.341, unit: 'm' }, 'Pump/Running': { value: false, historical: true } },
};

const opcUaMessage: Json = {
  device: 'pump-station-01',
  time: '2026-07-14T13:15:00.250Z',
  timeSource: 'payload',
  uncertain: true,
  values: { level: 2.341, flow: -0.5 },
};

interface Subject {
  readonly samples: readonly { readonly topic: string; readonly payload: Json }[];
  readonly device?: string;
}

const SUBJECTS: Readonly<Partial<Record<WireFormat, Subject>>> = {
  'chirpstack-v4': {
    samples: [
      '01-chirpstack-v4-up-heat',
      '02-chirpstack-v4-up-water-two-gateways',
      '04-chirpstack-v4-join',
      '05-chirpstack-v4-status',
      '06-chirpstack-v4-up-older-omits-defaults',
    ].map(sample),
  },
  'the-things-stack': {
    samples: ['09-tts-v3-up-heat-normalized', '10-tts-v3-up-water-defaults-omitted', '12-tts-v3-join'].map(sample),
  },
  'chirpstack-v3': {
    samples: ['07-chirpstack-v3-up-legacy-json', '08-chirpstack-v3-up-protobuf-json'].map(sample),
  },
  thingpark: {
    samples: [
      '13-thingpark-uplink-strings-water',
      '14-thingpark-uplink-decoded-heat',
      '15-thingpark-uplink-decode-error',
    ].map(sample),
  },
  senml: { samples: [sample('24-senml-json-heat')] },
  'plain-json': { samples: [plain(0), plain(2), plain(5)], device: 'gate-26' },
  zigbee2mqtt: { samples: [plain(0), plain(1)] },
  tasmota: { samples: [plain(2), plain(3)] },
  'sparkplug-b': { samples: [{ topic: '', payload: sparkplugPart }], device: 'group/node/device' },
  'opc-ua': { samples: [{ topic: '', payload: opcUaMessage }] },
  telraam: { samples: telraamRows.map((payload) => ({ topic: '', payload })) },
};

const FORMATS = Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[];
const subjectOf = (format: WireFormat) => SUBJECTS[format] ?? expect.fail(format);

function raw(topic: string, payload: Uint8Array, device?: string): RawMessage {
  const said = device === undefined ? {} : { device: device as DeviceId };
  return { topic, payload, receivedMs: 1_780_000_000_000, ...said };
}

/** A fault has one of the codes and a short reason; what is refused is never quoted at length. */
function expectFault(fault: { readonly code: string; readonly detail: string }, codes: readonly string[]): void {
  expect(codes).toContain(fault.code);
  expect(fault.detail.length).toBeLessThanOrEqual(DETAIL_MAX);
}

function expectParsed(format: WireFormat, message: RawMessage): void {
  const parsed = PARSERS[format](message);
  if (!parsed.ok) {
    expectFault(parsed.fault, UPLINK_FAULTS);
    return;
  }
  const event = parsed.value;
  if (event.kind === 'other') {
    expect(event.event.length).toBeLessThanOrEqual(DETAIL_MAX);
    return;
  }
  expect(event.device).toMatch(/^[A-Za-z0-9._:/-]{1,128}$/);
  expect(Number.isSafeInteger(event.observedMs)).toBe(true);
  if (event.kind !== 'uplink') return;
  expect(event.receptions.length).toBeLessThanOrEqual(RECEPTIONS_MAX);
  if (event.port === undefined) expect(event.decoded).toBeInstanceOf(Object);
  else expect(event.port).toBeGreaterThan(0);
  const heldBytes = JSON.stringify(event.decoded ?? null).length + uplinkKey(event).length;
  expect(heldBytes).toBeLessThanOrEqual(RESULT_FACTOR * message.payload.length + 1000);
}

/** Runs the property on every case and holds each of them to a time. */
function assertAll<T>(cases: fc.Arbitrary<T>, expectSound: (one: T) => void): void {
  const timed = (one: T) => {
    const startMs = performance.now();
    expectSound(one);
    expect(performance.now() - startMs).toBeLessThan(CASE_MAX_MS);
  };
  fc.assert(fc.property(cases, timed), { seed: SEED, numRuns: RUNS });
}

describe.each(FORMATS)('the parser of %s', (format) => {
  const { samples, device } = subjectOf(format);
  const topics = samples.map(({ topic }) => topic);

  it('ends in a result whatever comes', { timeout: TEST_MAX_MS }, () => {
    const cases = fc.tuple(hostileTopic(topics), hostileJson(samples.map(({ payload }) => payload)));
    assertAll(cases, ([topic, body]) => expectParsed(format, raw(topic, body, device)));
  });

  it.each(LARGE_BODIES)('ends in a result for %s', (_, text) => {
    const startMs = performance.now();
    expectParsed(format, raw(topics[0] ?? '', new TextEncoder().encode(text), device));
    expect(performance.now() - startMs).toBeLessThan(CASE_MAX_MS);
  });

  it('takes no bytes that are no UTF-8', () => {
    const message = raw(topics[0] ?? '', Uint8Array.of(0x22, 0xff, 0x22), device);
    expect(PARSERS[format](message)).toMatchObject({ ok: false, fault: { code: 'not-json' } });
  });

  it('reads its samples, so that the cases above are near something real', () => {
    for (const { topic, payload } of samples) {
      expect(PARSERS[format](raw(topic, encodeJson(payload), device)), topic).toMatchObject({ ok: true });
    }
  });
});

describe.each(['senml', 'telraam'] as const)('the splitter of %s', (format) => {
  const payload = format === 'senml' ? sample('24-senml-json-heat').payload : telraamReport.payload;
  const split = SPLITTERS[format] ?? expect.fail(format);

  it('ends in messages that their parser takes or refuses, whatever comes', { timeout: TEST_MAX_MS }, () => {
    assertAll(hostileJson([payload]), (body) => {
      const parts = split(raw('', body));
      if (!parts.ok) return expectFault(parts.fault, UPLINK_FAULTS);
      const bytes = parts.value.reduce((sum, part) => sum + part.payload.length, 0);
      expect(bytes).toBeLessThanOrEqual(RESULT_MAX_BYTES);
      for (const part of parts.value.slice(0, 8)) expectParsed(format, part);
    });
  });

  it.each(LARGE_BODIES)('ends in a result for %s', (_, text) => {
    const parts = split(raw('', new TextEncoder().encode(text)));
    if (!parts.ok) return expectFault(parts.fault, UPLINK_FAULTS);
    expect(parts.value.length).toBeLessThanOrEqual(1);
  });
});

describe('the reader of Sparkplug B', () => {
  const messages = [0, 1].map((index) => messageOf('27-sparkplug-b-sluice', index));
  const bodies = messages.map(({ payloadHex }) => Uint8Array.from(Buffer.from(z.string().parse(payloadHex), 'hex')));
  const types = ['NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'NDEATH', 'DDEATH', 'NCMD'];
  const topics = ['', '2', '3'].flatMap((node) =>
    types.map((type) => `spBv1.0/group/${type}/node${node}${type.startsWith('D') ? '/device' : ''}`),
  );

  it('ends in a bounded state and readable messages, whatever comes in whatever order', {
    timeout: TEST_MAX_MS,
  }, () => {
    let state: SparkplugState = NO_NODES;
    const cases = fc.tuple(hostileTopic(topics), hostileBytes(bodies));
    assertAll(cases, ([topic, body]) => {
      const step = reduceSparkplug(state, raw(topic, body));
      if (!step.ok) return expectFault(step.fault, UPLINK_FAULTS);
      state = step.value.state;
      expect(state.nodes.size).toBeLessThanOrEqual(SPARKPLUG_NODES_MAX);
      const bytes = step.value.messages.reduce((sum, part) => sum + part.payload.length, 0);
      expect(bytes).toBeLessThanOrEqual(RESULT_FACTOR * body.length + 1000);
      for (const part of step.value.messages) expect(PARSERS['sparkplug-b'](part)).toMatchObject({ ok: true });
    });
  });

  it('forgets the node that was heard least recently, beyond its bounds of nodes and names', () => {
    const birth = bodies[0] ?? expect.fail('no birth');
    let state: SparkplugState = NO_NODES;
    for (let node = 0; node < 3 * SPARKPLUG_NODES_MAX; node += 1) {
      const step = reduceSparkplug(state, raw(`spBv1.0/g/DBIRTH/n${node}/d`, birth));
      state = step.ok ? step.value.state : expect.fail(step.fault.detail);
    }
    expect([...state.nodes.keys()]).toEqual(
      Array.from({ length: SPARKPLUG_NODES_MAX }, (_, index) => `g/n${2 * SPARKPLUG_NODES_MAX + index}`),
    );
  });

  it('keeps no more names than its bound, however they are spread', () => {
    const metric = (index: number) => [0x12, 8, 0x0a, 6, ...new TextEncoder().encode(String(100_000 + index))];
    const birth = Uint8Array.from(Array.from({ length: 3000 }, (_, index) => metric(index)).flat());
    let state: SparkplugState = NO_NODES;
    for (let node = 0; node < 20; node += 1) {
      const step = reduceSparkplug(state, raw(`spBv1.0/g/NBIRTH/n${node}`, birth));
      state = step.ok ? step.value.state : expect.fail(step.fault.detail);
    }
    const names = [...state.nodes.values()].flatMap(({ tables }) =>
      [...tables.values()].map(({ byName }) => byName.size),
    );
    expect(names.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(SPARKPLUG_NAMES_MAX);
    expect(state.nodes.size).toBe(Math.floor(SPARKPLUG_NAMES_MAX / 3000));
  });

  it('refuses lengths that lie beyond the message, and a length of 2^63', () => {
    for (const body of [Uint8Array.of(0x12, 0x7f, 0x00), Uint8Array.of(0x12, ...Array(9).fill(0xff), 0x01)]) {
      expect(reduceSparkplug(NO_NODES, raw('spBv1.0/g/NBIRTH/n', body))).toMatchObject({ ok: false });
    }
  });
});

describe('the other readers of what strangers send', () => {
  const lpp = Buffer.from('0167014402684d0373278b040200bb0565bc48068807ca4f0091360003840766010867ffdb', 'hex');

  it('decode Cayenne LPP to no more fields than the bytes can hold, whatever comes', { timeout: TEST_MAX_MS }, () => {
    assertAll(hostileBytes([Uint8Array.from(lpp)]), (body) => {
      const decoded = decodeCayenneLpp(body);
      if (!decoded.ok) {
        return expectFault(decoded.fault, ['payload-empty', 'payload-truncated', 'payload-unknown-field']);
      }
      expect(Object.keys(decoded.value.data).length).toBeLessThanOrEqual(body.length / 3);
      expect(decoded.value.warnings.length).toBeLessThanOrEqual(1);
    });
  });

  it('decode SenML as the payload of a device, whatever comes', { timeout: TEST_MAX_MS }, () => {
    assertAll(hostileJson([sample('24-senml-json-heat').payload]), (body) => {
      const decoded = decodeSenml(body, 1_780_000_000_000);
      if (!decoded.ok) return expectFault(decoded.fault, UPLINK_FAULTS);
      expect(JSON.stringify(decoded.value).length).toBeLessThanOrEqual(RESULT_FACTOR * body.length + 1000);
    });
  });

  it('read an announcement of Home Assistant, whatever comes', { timeout: TEST_MAX_MS }, () => {
    const { topic, payload } = plain(4);
    const cases = fc.tuple(hostileTopic([topic]), hostileJson([payload]));
    assertAll(cases, ([name, body]) => {
      const read = readDiscovery(raw(name, body));
      if (!read.ok) expectFault(read.fault, UPLINK_FAULTS);
    });
  });

  it('refuse a token of ThingPark, whatever comes', { timeout: TEST_MAX_MS }, () => {
    const sha256Hex = (text: string) => createHash('sha256').update(text).digest('hex');
    const query =
      'LrnDevEui=20635F0108000496&LrnFPort=17&LrnInfos=a&AS_ID=b&Time=2021-04-07T08%3A49%3A51.551%2B00%3A00&Token=00';
    const queries = fc.oneof(
      fc.string(),
      fc.nat(query.length).map((end) => query.slice(0, end)),
      fc.constant(query),
    );
    const bodies = hostileJson([sample('13-thingpark-uplink-strings-water').payload]);
    assertAll(fc.tuple(queries, bodies), ([text, body]) => {
      const json: unknown = body.length === 0 ? undefined : parseOrText(body);
      const settings = { asKey: 'key', toleranceMs: 1e15 };
      const checked = checkThingParkToken({ query: text, body: json }, settings, 0, sha256Hex);
      expect(checked.ok).toBe(false);
    });
  });

  it('recognise a topic in bounded time, however long', () => {
    for (const part of [
      'tele/',
      'application/1/device/',
      'v3/a/devices/',
      'spBv1.0/',
      'zigbee2mqtt/',
      'mqtt/things/',
    ]) {
      const topic = part.repeat(65_535 / part.length);
      const startMs = performance.now();
      for (const end of ['', '\n', 'SENSOR', '/up']) recogniseTopic(`${topic}${end}`);
      expect(performance.now() - startMs).toBeLessThan(CASE_MAX_MS);
    }
  });
});

function parseOrText(body: Uint8Array): unknown {
  const text = new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

describe('an uplink with a hundred thousand receptions', () => {
  const { topic, payload } = sample('01-chirpstack-v4-up-heat');
  const withReceptions = (entry: string) =>
    new TextEncoder().encode(
      JSON.stringify({ ...(payload as object), rxInfo: 0 }).replace(
        '"rxInfo":0',
        `"rxInfo":[${`${entry},`.repeat(100_000)}${entry}]`,
      ),
    );

  it('keeps the best of them', () => {
    const parsed = PARSERS['chirpstack-v4'](raw(topic, withReceptions('{"gatewayId":"a","rssi":-90}')));
    expect(parsed).toMatchObject({ ok: true, value: { receptions: { length: RECEPTIONS_MAX } } });
  });

  it('is refused with one short reason where they are no receptions', () => {
    const message = raw(topic, withReceptions('7'));
    expect(PARSERS['chirpstack-v4'](message)).toMatchObject({ ok: false, fault: { code: 'not-this-format' } });
    expectParsed('chirpstack-v4', message);
  });

  it('takes nothing from the prototype of an object', () => {
    const body = `{"__proto__":{"deviceInfo":{"devEui":"24e124136c140001"},"fPort":85,"data":"AXVc"}}`;
    expect(PARSERS['chirpstack-v4'](raw(topic, new TextEncoder().encode(body)))).toMatchObject({ ok: false });
    expect(Object.hasOwn(Object.prototype, 'fPort')).toBe(false);
  });
});
