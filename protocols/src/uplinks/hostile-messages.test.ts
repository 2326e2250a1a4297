import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARSERS, type RawMessage, RECEPTIONS_MAX, UPLINK_FAULTS, WIRE_FORMATS, type WireFormat } from './mod.ts';

const FUZZ_RUNS = 2000;
const DETAIL_MAX = 300;

const SAMPLES: Readonly<Record<WireFormat, readonly string[]>> = {
  'chirpstack-v4': [
    '01-chirpstack-v4-up-heat',
    '02-chirpstack-v4-up-water-two-gateways',
    '04-chirpstack-v4-join',
    '05-chirpstack-v4-status',
    '06-chirpstack-v4-up-older-omits-defaults',
  ],
  'the-things-stack': ['09-tts-v3-up-heat-normalized', '10-tts-v3-up-water-defaults-omitted', '12-tts-v3-join'],
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function sample(name: string): { readonly topic: string; readonly payload: Json } {
  return JSON.parse(readFileSync(`${import.meta.dirname}/../../../test/samples/${name}.json`, 'utf8'));
}

/** Every place in a document, as the keys that lead to it. */
function placesOf(json: Json, path: readonly string[] = []): (readonly string[])[] {
  if (json === null || typeof json !== 'object') return [path];
  return [path, ...Object.entries(json).flatMap(([key, value]) => placesOf(value, [...path, key]))];
}

/** The document with the place removed (undefined) or replaced. */
function changed(json: Json, [key, ...rest]: readonly string[], value: Json | undefined): Json | undefined {
  if (key === undefined) return value;
  if (json === null || typeof json !== 'object') return json;
  const copy = structuredClone(json) as { [key: string]: Json };
  const inner = changed(copy[key] ?? null, rest, value);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

const ODD_VALUES: readonly (Json | undefined)[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 32,
  '',
  'NaN',
  '2026-07-14T13:05:12Z',
  '9999-99-99T99:99:99Z',
  'é'.repeat(1000),
  [],
  [[]],
  [null],
  {},
  { length: 3 },
  JSON.parse('{"__proto__":{"fPort":85},"constructor":1,"toString":2}'),
];

function expectSound(format: WireFormat, message: RawMessage): void {
  const parsed = PARSERS[format](message);
  if (!parsed.ok) {
    expect(UPLINK_FAULTS).toContain(parsed.fault.code);
    expect(parsed.fault.detail.length).toBeLessThanOrEqual(DETAIL_MAX);
    return;
  }
  const event = parsed.value;
  if (event.kind === 'other') return;
  expect(event.devEui).toMatch(/^[0-9A-F]{16}$/);
  expect(Number.isSafeInteger(event.observedMs)).toBe(true);
  if (event.kind !== 'uplink') return;
  expect(event.port).toBeGreaterThan(0);
  expect(event.payload).toBeInstanceOf(Uint8Array);
  expect(event.receptions.length).toBeLessThanOrEqual(RECEPTIONS_MAX);
}

const encode = (text: string) => new TextEncoder().encode(text);
const raw = (topic: string, payload: Uint8Array): RawMessage => ({ topic, payload, receivedMs: 1_780_000_000_000 });
const chirpstackUp = sample('01-chirpstack-v4-up-heat').topic;

describe.each(WIRE_FORMATS)('a hostile message to the parser of %s', (format) => {
  const messages = SAMPLES[format].map(sample);

  it('with fields removed or of another type ends in a result', () => {
    const mutated = fc.constantFrom(...messages).chain(({ topic, payload }) =>
      fc
        .array(fc.tuple(fc.constantFrom(...placesOf(payload)), fc.constantFrom(...ODD_VALUES)), {
          minLength: 1,
          maxLength: 3,
        })
        .map((changes) => ({
          topic,
          body: changes.reduce<Json | undefined>(
            (json, [place, value]) => (json === undefined ? json : changed(json, place, value)),
            payload,
          ),
        })),
    );
    fc.assert(
      fc.property(mutated, ({ topic, body }) => expectSound(format, raw(topic, encode(JSON.stringify(body) ?? '')))),
      { seed: 41, numRuns: FUZZ_RUNS },
    );
  });

  it('of truncated or flipped bytes ends in a result', () => {
    const bodies = messages.map(({ topic, payload }) => ({ topic, bytes: encode(JSON.stringify(payload)) }));
    const damaged = fc
      .tuple(fc.constantFrom(...bodies), fc.nat(4000), fc.array(fc.nat(30_000), { maxLength: 4 }))
      .map(([{ topic, bytes }, cut, flips]) => {
        const body = bytes.slice(0, cut);
        for (const bit of flips) {
          const index = (bit >> 3) % Math.max(body.length, 1);
          body[index] = (body[index] ?? 0) ^ (1 << (bit & 7));
        }
        return raw(topic, body);
      });
    fc.assert(
      fc.property(damaged, (message) => expectSound(format, message)),
      { seed: 42, numRuns: FUZZ_RUNS },
    );
  });

  it('of random bytes, JSON and topics ends in a result', () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.json().map(encode));
    const topic = fc.oneof(fc.string(), fc.constant(chirpstackUp));
    fc.assert(
      fc.property(topic, body, (name, payload) => expectSound(format, raw(name, payload))),
      { seed: 43, numRuns: FUZZ_RUNS },
    );
  });

  it.each([
    ['deep nesting', '['.repeat(200_000)],
    ['deep nesting that closes', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a huge array of nothing', `[${'0,'.repeat(200_000)}0]`],
    ['a huge number', '1'.repeat(200_000)],
    ['a control character', '\u0000'],
  ])('with %s is refused', (_, text) => {
    const parsed = PARSERS[format](raw(chirpstackUp, encode(text)));
    expect(parsed.ok).toBe(false);
    expectSound(format, raw(chirpstackUp, encode(text)));
  });

  it('that is no UTF-8 is no JSON', () => {
    const bytes = Uint8Array.of(0x22, 0xff, 0x22);
    expect(PARSERS[format](raw(chirpstackUp, bytes))).toMatchObject({ ok: false, fault: { code: 'not-json' } });
  });
});

describe('an uplink with a hundred thousand receptions', () => {
  const { topic, payload } = sample('01-chirpstack-v4-up-heat');
  const withReceptions = (entry: string) =>
    encode(
      JSON.stringify(changed(payload, ['rxInfo'], 0)).replace(
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
    expectSound('chirpstack-v4', message);
  });

  it('takes nothing from the prototype of an object', () => {
    const body = `{"__proto__":{"deviceInfo":{"devEui":"24e124136c140001"},"fPort":85,"data":"AXVc"}}`;
    expect(PARSERS['chirpstack-v4'](raw(topic, encode(body)))).toMatchObject({ ok: false });
    expect(Object.hasOwn(Object.prototype, 'fPort')).toBe(false);
  });
});
