import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInRange, parseAddressRange } from './mod.ts';

const hex = (number: number) => number.toString(16).padStart(8, '0').toUpperCase();

describe('a range of DevAddrs', () => {
  it.each([
    ['260B4C00/24', '260B4C00', true],
    ['260B4C00/24', '260b4cff', true],
    ['260B4C00/24', '260B4D00', false],
    ['260B4C00/24', '260B4BFF', false],
    ['FC000000/7', 'FFFFFFFF', false],
    ['FE000000/7', 'FFFFFFFF', true],
    ['260B4C2F/32', '260B4C2F', true],
    ['260B4C2F/32', '260B4C2E', false],
  ])('%s holds %s: %s', (text, devAddr, expected) => {
    const range = parseAddressRange(text) ?? expect.fail(text);
    expect(isInRange(devAddr, range)).toBe(expected);
  });

  it.each(['260B4C2F/24', '260B4C00/0', '260B4C00/33', '260B4C/24', '260B4C00', 'G60B4C00/24', ''])(
    'is not written as %j',
    (text) => expect(parseAddressRange(text)).toBeUndefined(),
  );

  it('holds the addresses whose upper bits are the same, and no others', () => {
    const address = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(address, address, fc.integer({ min: 1, max: 32 }), (base, other, bits) => {
        const upper = (number: number) => BigInt(number) >> BigInt(32 - bits);
        const range = parseAddressRange(`${hex(Number(upper(base) << BigInt(32 - bits)))}/${bits}`);
        expect(isInRange(hex(other), range ?? expect.fail('no range'))).toBe(upper(base) === upper(other));
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});
