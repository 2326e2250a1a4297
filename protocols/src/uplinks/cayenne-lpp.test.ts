import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCayenneLpp } from './cayenne-lpp.ts';

const decode = (hex: string) => decodeCayenneLpp(Uint8Array.from(Buffer.from(hex, 'hex')));

describe('a Cayenne LPP payload', () => {
  /** The first four are the examples of myDevices' documentation of the format. */
  it.each([
    ['03670110056700ff', { temperature_3: 27.2, temperature_5: 25.5 }],
    ['0167ffd7', { temperature_1: -4.1 }],
    ['067104d2fb2e0000', { accelerometer_6: { x: 1.234, y: -1.234, z: 0 } }],
    ['018806765ff2960a0003e8', { gps_1: { latitude: 42.3519, longitude: -87.9094, altitude: 10 } }],
    ['0166010202ff38', { presence_1: 1, analog_in_2: -2 }],
    ['018200000a8c', { distance_1: 2.7 }],
    ['0185669d2a30', { unix_time_1: 1721575984 }],
    ['0187ff8000', { colour_1: { red: 255, green: 128, blue: 0 } }],
    ['0164ffffffff', { generic_1: 4294967295 }],
  ])('%s is decoded', (hex, data) => {
    expect(decode(hex)).toEqual({ ok: true, value: { data, warnings: [] } });
  });

  it('keeps what stands before a type that is not known, or before its end, and says so', () => {
    for (const rest of ['02ee00', '0267', '026701', '02']) {
      const decoded = decode(`01670110${rest}`);
      expect(decoded).toMatchObject({
        ok: true,
        value: { data: { temperature_1: 27.2 }, warnings: [expect.any(String)] },
      });
    }
  });

  it.each([
    ['', 'payload-empty'],
    ['01', 'payload-truncated'],
    ['0167', 'payload-truncated'],
    ['01ee0102', 'payload-unknown-field'],
    ['01f008', 'payload-unknown-field'],
  ])('%j is refused as %s', (hex, code) => {
    expect(decode(hex)).toMatchObject({ ok: false, fault: { code } });
  });

  it('keeps the last of two values of one channel and type', () => {
    expect(decode('0167011001670111')).toMatchObject({ ok: true, value: { data: { temperature_1: 27.3 } } });
  });

  it('reads every temperature and humidity back to the digit', () => {
    const fields = fc.tuple(fc.nat(255), fc.integer({ min: -32_768, max: 32_767 }), fc.nat(255));
    fc.assert(
      fc.property(fields, ([channel, tenths, halves]) => {
        const bytes = Uint8Array.of(channel, 0x67, (tenths >> 8) & 0xff, tenths & 0xff, channel, 0x68, halves);
        expect(decodeCayenneLpp(bytes)).toEqual({
          ok: true,
          value: {
            data: { [`temperature_${channel}`]: tenths / 10, [`relative_humidity_${channel}`]: halves / 2 },
            warnings: [],
          },
        });
      }),
      { seed: 44, numRuns: 2000 },
    );
  });
});
