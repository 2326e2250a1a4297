import { ok } from '@meetbrug/protocols/result';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CodecEngine } from './codec.ts';
import { createLineDecoder } from './decode-line.ts';

/** A codec that says how many bytes it got, and counts how often one was opened. */
function stubEngine() {
  const opened: string[] = [];
  const engine: CodecEngine = {
    memoryBytes: 0,
    open(source) {
      opened.push(source);
      return ok({ decode: ({ bytes }) => ok({ data: { n: bytes.length }, warnings: [] }) });
    },
  };
  return { opened, engine };
}
const OPTIONS = { timeoutMs: 100, memoryMiB: 16, normalises: false, nowMs: () => 0 };

const field = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('00ff', '0', [1, 2], [-1], [1.5], 85, -1, 'date', '2026-11-24T12:00:00Z', '2026-99-99T12:00:00Z', {}),
);
const names = fc.constantFrom('bytes', 'fPort', 'recvTime', 'recvTimeAs', 'variables', 'codec', '__proto__');
const line = fc.oneof(
  fc.string(),
  fc.json(),
  fc.array(fc.tuple(names, field), { maxLength: 7 }).map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
  fc
    .tuple(fc.constant('{"bytes":"0102","fPort":85,"recvTime":"2026-11-24T12:00:00Z"}'), fc.nat(70))
    .map(([text, end]) => text.slice(0, end)),
);

it('answers any line with one line of JSON that has errors', () => {
  const decodeLine = createLineDecoder({ ...OPTIONS, engine: stubEngine().engine, codec: 'c' });
  let decoded = 0;
  fc.assert(
    fc.property(line, (text) => {
      const answer = decodeLine(text);
      expect(answer).not.toContain('\n');
      const { data, errors } = JSON.parse(answer) as { data?: { n: number }; errors: string[] };
      expect(errors.length === 0).toBe(data !== undefined);
      if (data !== undefined) decoded += 1;
    }),
    { seed: 5, numRuns: 10_000 },
  );
  expect(decoded).toBeGreaterThan(50);
});

it('opens a codec once for all lines that have it with the same settings', () => {
  const { engine, opened } = stubEngine();
  const decodeLine = createLineDecoder({ ...OPTIONS, engine });
  const decode = (codec: string, more = {}) => decodeLine(JSON.stringify({ bytes: '00', fPort: 1, codec, ...more }));
  for (let round = 0; round < 3; round += 1) {
    decode('a');
    decode('b');
    decode('a', { recvTimeAs: 'string' });
    decode('a', { variables: { x: '1' } });
  }
  expect(opened).toEqual(['a', 'b', 'a', 'a']);
});

it('opens the oldest again when there are too many', () => {
  const { engine, opened } = stubEngine();
  const decodeLine = createLineDecoder({ ...OPTIONS, engine });
  for (let n = 0; n <= 17; n += 1) decodeLine(JSON.stringify({ bytes: '00', fPort: 1, codec: `codec ${n % 17}` }));
  expect(opened).toHaveLength(18);
});
