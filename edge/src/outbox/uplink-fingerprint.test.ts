import { createHash } from 'node:crypto';
import { type Uplink, uplinkKey } from '@meetbrug/protocols/uplinks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintSessionsAgree, uplinkFingerprint } from './uplink-fingerprint.ts';

const IDENTITY = {
  device: '24E124136C140001' as Uplink['device'],
  observedMs: 1_780_000_000_000,
  frameCounter: 7,
  payload: Uint8Array.of(1, 0x75, 0x64),
  format: 'chirpstack-v4' as const,
  session: '01A2B3C4',
};
const fingerprintOf = (identity: Partial<typeof IDENTITY> | Pick<Uplink, 'format'>) =>
  uplinkFingerprint({ ...IDENTITY, ...identity } as unknown as Uplink);

describe('the fingerprint of an uplink', () => {
  it('is the first eight bytes of the SHA-256 of its key: what lies on disk stays valid', () => {
    const payloads = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(payloads, fc.nat(), (payload, frameCounter) => {
        const digest = createHash('sha256')
          .update(uplinkKey({ ...IDENTITY, payload, frameCounter }))
          .digest();
        const { high, low } = fingerprintOf({ payload, frameCounter });
        expect([high, low]).toEqual([digest.readUInt32LE(0), digest.readUInt32LE(4)]);
      }),
      { seed: 1, numRuns: 1_000 },
    );
  });

  it('of a device without a frame counter tells objects apart, and not their spelling', () => {
    const of = (decoded: unknown) => {
      const { frameCounter: _, ...identity } = IDENTITY;
      return uplinkFingerprint({ ...identity, payload: new Uint8Array(), session: '', decoded } as unknown as Uplink);
    };
    expect(of({ a: 1, b: [2] })).toEqual(of({ b: [2], a: 1 }));
    expect(of({ a: 1, b: [2] })).not.toEqual(of({ a: 1, b: [3] }));
  });

  it.each([
    ['the same session', {}, true],
    ['an unknown session', { session: '' }, true],
    ['a session that another network server names', { format: 'the-things-stack' as const }, true],
    ['another session of the same network server', { session: '01A2B3C5' }, false],
  ])('holds %s against a session', (_, changes, agrees) => {
    expect(fingerprintSessionsAgree(fingerprintOf({}).session, fingerprintOf(changes).session)).toBe(agrees);
  });
});
