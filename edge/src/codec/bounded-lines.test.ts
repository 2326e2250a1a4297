import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BoundedLines } from './bounded-lines.ts';

const BYTES_MAX = 8;

it('gives the same lines however the stream is cut', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '€', ' '), maxLength: 10 });
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat(60)), (lines, isEnded, cuts) => {
      const bytes = Buffer.from(lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : ''));
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const bounded = new BoundedLines(BYTES_MAX);
      const given = places.slice(1).flatMap((to, index) => [...bounded.take(bytes.subarray(places[index], to))]);
      given.push(...bounded.end());
      const expected = !isEnded && lines.at(-1) === '' ? lines.slice(0, -1) : lines;
      expect(given).toEqual(
        expected.map((text) => (Buffer.byteLength(text) > BYTES_MAX ? { isTooLong: true } : { text })),
      );
    }),
    { seed: 11, numRuns: 2_000 },
  );
});
