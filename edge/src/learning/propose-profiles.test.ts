import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proposeProfiles } from './propose-profiles.ts';

const PORT = 85;
const proposed = (hex: string, port = PORT) => proposeProfiles(Buffer.from(hex, 'hex'), port).map(({ id }) => id);

describe('the profiles that are proposed for a payload', () => {
  it.each([
    ['01755c03673401046865', 'milesight-em300-th'],
    ['0367f6ff20ce9e74466300000a0020cede764663fbff6400', 'milesight-em300-th'],
    ['04cc1200160005cc13001400', 'milesight-vs350'],
    ['84cc011108110185cce803e90301', 'milesight-vs350'],
  ])('of %s begin with %s', (hex, id) => {
    expect(proposed(hex)[0]).toBe(id);
  });

  it('are several where the bytes do not tell, the one whose channels they fill best first', () => {
    // Battery and temperature: a thermometer without its humidity, or a people counter that also has one.
    expect(proposed('01756403670c01')).toEqual(
      ['milesight-em300-th', 'milesight-wts506', 'milesight-vs350'].toSorted(byPlace),
    );
    function byPlace(a: string, b: string): number {
      const order = proposed('01756403670c01');
      return order.indexOf(a) - order.indexOf(b);
    }
  });

  it('say what they would read, in the units of the device', () => {
    expect(proposeProfiles(Buffer.from('01755c03673401046865', 'hex'), PORT)[0]?.readings).toEqual([
      'battery 92 %',
      'temperature 30.8 Cel',
      'humidity 50.5 %',
    ]);
  });

  it.each([
    ['a temperature of 3,000 degrees', '0367307504686 5'.replace(' ', '')],
    ['a payload that ends too early', '01755c0367'],
    ['no bytes', ''],
  ])('are none for %s', (_, hex) => {
    expect(proposed(hex)).toEqual([]);
  });

  it('are none for bytes at random, but for fewer than one payload in two hundred', () => {
    const payloads = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 50 }), { numRuns: 2_000, seed: 7 });
    expect(payloads.filter((payload) => proposeProfiles(payload, PORT).length > 0).length).toBeLessThan(10);
  });

  it('are none for the bytes of a profile that reads nearly all bytes of its length', () => {
    // Two 16-bit counts and nothing else, which is what a pax counter sends.
    expect(proposed('01020304', 1)).toEqual([]);
  });
});
