import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { CodecEngine } from './codec.ts';
import { loadCodecEngine } from './codec-engine.ts';
import { INPUT, openCodec } from './testing/open-codec.ts';

let engine: CodecEngine;
beforeAll(async () => {
  engine = await loadCodecEngine();
});

/** Ways to leave a trace; what each reads first is what it would find of an earlier call. */
const TRACES = [
  'seen.push(typeof leaked); leaked = 1;',
  'seen.push(counter); counter += 1;',
  'seen.push(table.size); table.set(input.bytes.join(), input);',
  'seen.push(list.length); list.push(new Array(500).fill(input.fPort));',
  'seen.push(typeof Array.prototype.trace); Array.prototype.trace = 1;',
  'seen.push(Object.prototype.own || 0); Object.prototype.own = 7;',
  'seen.push(Math.random()); for (let i = 0; i < input.fPort; i++) Math.random();',
  'seen.push(expression.lastIndex); expression.test("aaaa");',
  'seen.push(later); Promise.resolve().then(() => { later += 1; });',
  'seen.push(JSON.stringify === original ? 1 : 0); JSON.stringify = (v) => original(v) + " ";',
  'seen.push(Date.now()); Date.now = () => 5;',
  'seen.push(new Uint8Array(4096).reduce((a, b) => a + b, 0)); new Uint8Array(100000).fill(255);',
  'seen.push(generator.next().value);',
  'seen.push(typeof module.exports.kept); module.exports.kept = () => 1;',
  'if (input.fPort % 7 === 0) { const a = []; for (;;) a.push(new Uint8Array(65536).fill(9)); }',
  'if (input.fPort % 5 === 0) throw new Error("port " + counter);',
  'if (input.fPort % 11 === 0) { counter = 99; decodeUplink(input); }',
];
const PREAMBLE = `var counter = 0, later = 0, table = new Map(), list = [], expression = /a/g, original = JSON.stringify;
  var generator = (function* () { for (let i = 0; ; i++) yield i; })();`;

it('every call of a codec gives what its first call in a fresh engine gives', async () => {
  const calls = fc.array(
    fc.record({ port: fc.integer({ min: 1, max: 223 }), bytes: fc.uint8Array({ maxLength: 51 }) }),
    {
      minLength: 2,
      maxLength: 8,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.subarray(TRACES, { minLength: 1 }), calls, async (traces, inputs) => {
      const source = `${PREAMBLE} function decodeUplink(input) { const seen = []; ${traces.join(' ')} return { data: { seen, input } }; }`;
      const codec = openCodec(engine, source);
      const answers = inputs.map(({ port, bytes }) => codec.decode({ ...INPUT, fPort: port, bytes }));
      const last = inputs.at(-1) ?? { port: 1, bytes: new Uint8Array() };
      const fresh = openCodec(await loadCodecEngine(), source).decode({
        ...INPUT,
        fPort: last.port,
        bytes: last.bytes,
      });
      expect(answers.at(-1)).toEqual(fresh);
    }),
    { seed: 7, numRuns: 60 },
  );
});

it('codecs see nothing of each other', () => {
  const writes = openCodec(
    engine,
    'var mine = 1; function decodeUplink() { shared = 1; Array.prototype.x = 1; return { data: {} }; }',
  );
  const reads = openCodec(
    engine,
    'function decodeUplink() { return { data: { a: typeof mine, b: typeof shared, c: typeof [].x } }; }',
  );
  for (let round = 0; round < 3; round += 1) {
    expect(writes.decode(INPUT).ok).toBe(true);
    expect(reads.decode(INPUT)).toMatchObject({ value: { data: { a: 'undefined', b: 'undefined', c: 'undefined' } } });
  }
});

it('gives the same after twenty thousand calls', () => {
  const codec = openCodec(
    engine,
    'var n = 0; function decodeUplink(i) { n += 1; return { data: { n, p: i.fPort } }; }',
  );
  let wrong = 0;
  for (let call = 0; call < 20_000; call += 1) {
    const output = codec.decode({ ...INPUT, fPort: call % 200 });
    const { n, p } = (output.ok ? output.value.data : {}) as { n?: number; p?: number };
    if (n !== 1 || p !== call % 200) wrong += 1;
  }
  expect(wrong).toBe(0);
});
