import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatDecimal, parseDecimal } from '../observation/decimal.ts';
import { formatInstant } from '../observation/instant.ts';
import { QUALITY_FLAGS } from '../observation/quality.ts';
import { OBSERVED_PROPERTIES } from '../properties/catalogue.ts';
import { unitsFit } from '../properties/units.ts';
import { DECODE_FAULTS, type DeviceProfile } from './device-profile.ts';
import { DEVICE_PROFILES } from './mod.ts';

/** Twice this for each profile: random bytes, and damaged vectors. */
const FUZZ_RUNS = 5000;

const vectorSchema = z.strictObject({
  name: z.string(),
  port: z.int(),
  hex: z.string().regex(/^([0-9a-f]{2})*$/),
  readings: z
    .array(
      z.strictObject({
        channel: z.string(),
        value: z.string(),
        at: z.string().optional(),
        flags: z.array(z.enum(QUALITY_FLAGS)).optional(),
      }),
    )
    .optional(),
  missing: z.array(z.string()).optional(),
  fault: z.enum(DECODE_FAULTS).optional(),
  source: z.string().min(1),
});
type Vector = z.infer<typeof vectorSchema>;

const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function profileOf(folder: string): DeviceProfile {
  return DEVICE_PROFILES.get(folder) ?? expect.fail(`no profile ${folder}`);
}

function vectorsOf(folder: string): readonly Vector[] {
  const text = readFileSync(`${import.meta.dirname}/${folder}/vectors.json`, 'utf8');
  return z.strictObject({ vectors: z.array(vectorSchema).min(3) }).parse(JSON.parse(text)).vectors;
}

function bytesOf(vector: Vector): Uint8Array {
  return Uint8Array.from(Buffer.from(vector.hex, 'hex'));
}

/** The outcome of a decoder in the words of a vector. */
function decodeInWords(profile: DeviceProfile, payload: Uint8Array, port: number) {
  const decoded = profile.decode(payload, port);
  if (!decoded.ok) return { fault: decoded.fault.code };
  return {
    readings: decoded.value.readings.map(({ channel, value, atMs, flags }) => ({
      channel,
      value: formatDecimal(value),
      ...(atMs === undefined ? {} : { at: formatInstant(atMs) }),
      ...(flags === undefined ? {} : { flags }),
    })),
    missing: decoded.value.missing.map(({ channel }) => channel),
  };
}

function expectSound(profile: DeviceProfile, payload: Uint8Array, port: number): void {
  const decoded = profile.decode(payload, port);
  if (!decoded.ok) {
    expect(DECODE_FAULTS).toContain(decoded.fault.code);
    return;
  }
  const { readings, missing } = decoded.value;
  expect(readings.length + missing.length).toBeLessThanOrEqual(payload.length);
  for (const { channel, value } of readings) {
    expect(profile.channels).toHaveProperty(channel);
    expect(parseDecimal(formatDecimal(value))).toEqual(value);
  }
  for (const { channel } of missing) expect(profile.channels).toHaveProperty(channel);
}

describe('the device profiles', () => {
  it('are one folder each, named after the profile', () => {
    expect([...DEVICE_PROFILES.keys()].sort()).toEqual([...folders].sort());
    for (const folder of folders) expect(profileOf(folder).id).toBe(folder);
  });
});

describe.each(folders)('%s', (folder) => {
  const profile = profileOf(folder);
  const vectors = vectorsOf(folder);

  it('says where its format comes from', () => {
    expect(readFileSync(`${import.meta.dirname}/${folder}/SOURCE.md`, 'utf8').length).toBeGreaterThan(200);
  });

  it.each(Object.entries(profile.channels))(
    'has a channel %s whose unit fits every property it may have',
    (_, channel) => {
      for (const key of [channel.property, ...(channel.alternatives ?? [])]) {
        const property = OBSERVED_PROPERTIES[key];
        expect(unitsFit(channel.unit, property.unit)).toBe(true);
      }
    },
  );

  it('gives no two channels one meaning, which no configuration could tell apart', () => {
    const meanings = Object.values(profile.channels).map(
      ({ property, direction, part, overInterval = false }) => `${property} ${direction} ${part} ${overInterval}`,
    );
    expect(new Set(meanings).size).toBe(meanings.length);
  });

  it.each(vectors.map((vector) => [vector.name, vector] as const))('decodes %s', (_, vector) => {
    const { readings, missing, fault } = vector;
    expect(decodeInWords(profile, bytesOf(vector), vector.port)).toEqual(
      fault === undefined ? { readings, missing } : { fault },
    );
  });

  it('has vectors for every channel', () => {
    const read = new Set(vectors.flatMap((vector) => vector.readings ?? []).map((reading) => reading.channel));
    expect([...read].sort()).toEqual(Object.keys(profile.channels).sort());
  });

  it('reads a payload that lies inside a larger buffer', () => {
    for (const vector of vectors) {
      const payload = bytesOf(vector);
      const buffer = new Uint8Array(payload.length + 8).fill(0xff);
      buffer.set(payload, 3);
      const inside = buffer.subarray(3, 3 + payload.length);
      expect(profile.decode(inside, vector.port)).toEqual(profile.decode(payload, vector.port));
    }
  });

  it('never throws and never invents a channel, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 255 }), fc.integer({ min: 0, max: 255 }), (payload, port) =>
        expectSound(profile, payload, port),
      ),
      { seed: 21, numRuns: FUZZ_RUNS },
    );
  });

  it('survives truncated and flipped payloads', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...vectors), fc.nat(300), fc.array(fc.nat(2047), { maxLength: 3 }))
      .map(([vector, cut, flips]) => {
        const payload = bytesOf(vector).slice(0, cut);
        for (const bit of flips) {
          const index = (bit >> 3) % Math.max(payload.length, 1);
          payload[index] = (payload[index] ?? 0) ^ (1 << (bit & 7));
        }
        return { payload, port: vector.port };
      });
    fc.assert(
      fc.property(damaged, ({ payload, port }) => expectSound(profile, payload, port)),
      { seed: 22, numRuns: FUZZ_RUNS },
    );
  });
});
