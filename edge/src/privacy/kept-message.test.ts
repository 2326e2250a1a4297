import { readdirSync, readFileSync } from 'node:fs';
import type { DeviceModel } from '@meetbrug/protocols/devices';
import { fail } from '@meetbrug/protocols/result';
import {
  type NetworkEvent,
  PARSERS,
  type RawMessage,
  recogniseTopic,
  type WireFormat,
} from '@meetbrug/protocols/uplinks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptRefusal, keptUplink } from './kept-message.ts';

const SAMPLES = new URL('../../../test/samples/', import.meta.url);
const RECEIVED_MS = Date.UTC(2026, 10, 24, 12);
const SECRETS = ['1-ABC-123', 'AA:BB:CC:DD:EE:FF', 'aabbccddeeff', '/9j/4AAQSkZJRgABAQEASABIAAD', 'Jan Peeters'];

const AS_BODIES: ReadonlySet<string | undefined> = new Set(['chirpstack-v4', 'the-things-stack']);

interface Sample {
  readonly topic: string;
  readonly payload: unknown;
}

/** Every sample in a wire format whose messages are kept as reduced bodies. */
const samples = readdirSync(SAMPLES)
  .filter((name) => /^\d\d-.*(?<!\.expected)\.json$/.test(name))
  .flatMap((name): [string, Sample][] => {
    const { topic, payload } = JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8')) as Partial<Sample>;
    return topic !== undefined && AS_BODIES.has(recogniseTopic(topic)) ? [[name, { topic, payload }]] : [];
  });

/** What a parser makes of a message: its event but for what is not kept and nothing reads, or why it is refused. */
function readAgain(topic: string, payload: Uint8Array): unknown {
  const parsed = PARSERS[formatOf(topic)]({ topic, payload, receivedMs: RECEIVED_MS });
  if (!parsed.ok) return parsed.fault.code;
  const {
    decoded: _,
    deviceName: __,
    ...rest
  }: NetworkEvent & { decoded?: unknown; deviceName?: string } = parsed.value;
  return rest;
}

const bytes = (body: unknown) => Buffer.from(JSON.stringify(body));
/** The raw form of what the parser of the topic's format made of a message, for a model that somebody has cleared. */
function kept(topic: string, body: unknown): Uint8Array {
  const format = formatOf(topic);
  const parsed = PARSERS[format]({ topic, payload: bytes(body), receivedMs: RECEIVED_MS });
  if (!parsed.ok || parsed.value.kind !== 'uplink') return expect.fail('no uplink');
  return keptUplink({ message: { topic }, recognised: { format, body } }, parsed.value, CLEARED);
}

const CLEARED: DeviceModel = {
  id: 'cleared',
  manufacturer: 'Maker',
  model: 'Model',
  channels: {},
  cleared: true,
  read: () => fail('payload-empty', 'never read'),
};
const refused = (topic: string, format: WireFormat | undefined, body: unknown) =>
  keptRefusal({ message: { topic }, recognised: { format, body } });
const formatOf = (topic: string) => recogniseTopic(topic) ?? expect.fail(topic);

describe('the raw form that is kept', () => {
  it('covers the samples of both formats', () => {
    expect(new Set(samples.map(([, { topic }]) => recogniseTopic(topic)))).toEqual(
      new Set(['chirpstack-v4', 'the-things-stack']),
    );
    expect(samples.length).toBeGreaterThanOrEqual(8);
  });

  it.each(samples)('of %s gives the same event or refusal when it is parsed again', (_, { topic, payload }) => {
    const original = readAgain(topic, bytes(payload));
    expect(readAgain(topic, refused(topic, formatOf(topic), payload).payload)).toEqual(original);
    if ((original as { kind?: string }).kind === 'uplink') {
      expect(readAgain(topic, kept(topic, payload))).toEqual(original);
    }
  });

  it('of an uplink has the fields that its parser needs and names no other', () => {
    const [, { topic, payload }] = samples[0] ?? expect.fail('no samples');
    expect(JSON.parse(Buffer.from(kept(topic, payload)).toString())).toEqual({
      time: '2026-07-14T13:05:12.406+00:00',
      deviceInfo: { devEui: '24e124136c140001' },
      devAddr: '01ab33f0',
      adr: true,
      confirmed: false,
      fCnt: 4211,
      fPort: 85,
      data: 'AXVcA2c5AQRoTg==',
      rxInfo: [
        {
          gatewayId: '0016c001f153a14c',
          rssi: -92,
          snr: 7.2,
          timeSinceGpsEpoch: '1468069530.406s',
          gwTime: '2026-07-14T13:05:12.406+00:00',
          nsTime: '2026-07-14T13:05:12.561+00:00',
        },
      ],
    });
  });

  it('of a refused message names the other fields with their types', () => {
    const body = {
      fPort: 85,
      object: { plate: '1-ABC-123', speed: 31.5, seen: [true, null] },
      'AA:BB:CC:DD:EE:FF': -70,
    };
    const { payload } = refused('application/a/device/24e124136c140001/event/up', 'chirpstack-v4', body);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      fPort: 85,
      object: { plate: '<string>', speed: '<number>', seen: ['<boolean>', null] },
      '<unnamed>': '<1 fields>',
    });
  });

  it.each([
    ['zigbee/lamp2', 'zigbee/<5>'],
    ['camera/front/1-ABC-123', 'camera/front/<9>'],
    ['scan/AA:BB:CC:DD:EE:FF/rssi', 'scan/<17>/rssi'],
    ['a'.repeat(33), '<33>'],
    ['x/'.repeat(20), `${'x/'.repeat(15)}x/<more>`],
  ])('of the topic %s, which belongs to no format, is %s', (topic, kept) => {
    expect(refused(topic, undefined, undefined).topic).toBe(kept);
  });

  it('never has a value that stood in a field that is not allowed, wherever it stood and whatever it was', () => {
    const secret = fc.constantFrom(...SECRETS);
    const name = fc.constantFrom(
      'plate',
      'object',
      'mac',
      'tags',
      'a',
      'time',
      'data',
      'fPort',
      'gatewayId',
      ...SECRETS,
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        secret,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 6 }),
        fc.dictionary(name, tie('value'), { maxKeys: 6 }),
      ),
    })).value;
    const topics = samples.map(([, { topic }]) => topic);
    fc.assert(
      fc.property(json, fc.constantFrom(...topics, 'cameras/front'), (hidden, topic) => {
        const body = { object: hidden, deviceInfo: { deviceName: hidden, tags: hidden }, decoded_payload: hidden };
        const record = refused(topic, recogniseTopic(topic), body);
        const text = Buffer.from(record.payload).toString();
        expect(JSON.parse(text)).toBeTypeOf('object');
        for (const value of SECRETS) expect(text).not.toContain(value);
      }),
      { seed: 9, numRuns: 2_000 },
    );
  });

  it('has no free text in an allowed field', () => {
    const body = {
      time: 'seen 1-ABC-123',
      devAddr: 'Jan Peeters',
      data: '1-ABC-123',
      fPort: '1-ABC-123',
      deviceInfo: { devEui: { plate: '1-ABC-123' } },
      rxInfo: [{ gatewayId: 'Jan Peeters', gwTime: '1-ABC-123', timeSinceGpsEpoch: '12:34:56:78:90:12' }, '1-ABC-123'],
    };
    const { payload } = refused('application/a/device/24e124136c140001/event/up', 'chirpstack-v4', body);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      time: '<string>',
      devAddr: '<string>',
      data: '<string>',
      fPort: '<string>',
      deviceInfo: { devEui: { plate: '<string>' } },
      rxInfo: [{ gatewayId: '<string>', gwTime: '<string>', timeSinceGpsEpoch: '<string>' }, '<string>'],
    });
  });

  it.each([
    ['deep', JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as unknown],
    [
      'wide',
      Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => ['x'.repeat((index % 30) + 1) + (index % 90), 1])),
    ],
    ['an endless list', { list: Array.from({ length: 100_000 }, () => ({ a: 1 })) }],
  ])('of a body that is %s is bounded', (_, body) => {
    const message: Pick<RawMessage, 'topic'> = { topic: 'application/a/device/24e124136c140001/event/up' };
    expect(refused(message.topic, 'chirpstack-v4', body).payload.byteLength).toBeLessThan(20_000);
  });
});
