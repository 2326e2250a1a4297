import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CodecEngine } from './codec.ts';
import { loadCodecEngine } from './codec-engine.ts';
import { answerOf, INPUT, openCodec, PATIENT_MS } from './testing/open-codec.ts';

const MEBIBYTE = 1_048_576;
/** Without a bound one round of all of these would take more than this. */
const GROWTH_BYTES_MAX = 96 * MEBIBYTE;
const TIMEOUT_MS = 25;

let engine: CodecEngine;
beforeAll(async () => {
  engine = await loadCodecEngine();
});

/** Each behaves on port 1, so that the call after the bad one can be checked. */
const HOSTILE: readonly (readonly [what: string, body: string, codes: readonly string[]])[] = [
  ['loops', 'for (;;);', ['codec-deadline']],
  ['loops and catches what stops it', 'for (;;) { try { for (;;); } catch (e) {} }', ['codec-deadline']],
  ['loops in a builtin', 'new Array(4e9).indexOf(1);', ['codec-deadline']],
  ['loops over what has no elements', '[].forEach.call({ length: 2 ** 53 - 1 }, () => 1);', ['codec-deadline']],
  ['searches a long text for a long text', '"a".repeat(4e6).indexOf("a".repeat(2e6) + "b");', ['codec-deadline']],
  ['matches a catastrophic expression', '/(a+)+b/.test("a".repeat(40));', ['codec-deadline']],
  ['grows an array', 'const a = []; for (;;) a.push({});', ['codec-memory', 'codec-deadline']],
  [
    'doubles a text',
    'let t = "x"; const all = []; for (;;) { all.push((t += t)); if (t.length > 1e6) t = "x"; }',
    ['codec-memory', 'codec-deadline'],
  ],
  ['takes ArrayBuffers', 'const a = []; for (;;) a.push(new ArrayBuffer(1e6));', ['codec-memory']],
  ['takes one large typed array', 'new Float64Array(1e8);', ['codec-memory', 'codec-threw']],
  [
    'catches that memory is out',
    'const a = []; for (;;) { try { a.push(new Uint8Array(1e5)); } catch (e) {} }',
    ['codec-deadline', 'codec-memory'],
  ],
  ['calls itself', 'return decodeUplink(input);', ['codec-stack']],
  ['calls itself through a getter', 'const o = { get a() { return this.a; } }; o.a;', ['codec-stack']],
  [
    'nests a result',
    'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return { data: a };',
    ['codec-result-unsafe', 'codec-deadline'],
  ],
  [
    'nests what JSON is made of',
    'let a = []; for (let i = 0; i < 1e4; i++) a = [a]; JSON.stringify(a);',
    ['codec-stack'],
  ],
  ['parses deep JSON', 'JSON.parse("[".repeat(1e5));', ['codec-stack', 'codec-threw']],
  ['nests an expression', 'new RegExp("(".repeat(1e5) + ")".repeat(1e5));', ['codec-stack', 'codec-threw']],
  ['nests a program', 'eval("(".repeat(1e5));', ['codec-stack', 'codec-threw']],
  ['multiplies large numbers', 'let b = 3n; for (;;) b *= b;', ['codec-deadline', 'codec-threw', 'codec-memory']],
  [
    'reuses one list in many places',
    'let a = [1]; for (let i = 0; i < 30; i++) a = [a, a]; return { data: a };',
    ['codec-deadline', 'codec-result-too-large'],
  ],
  ['has a getter that loops', 'return { get data() { for (;;); } };', ['codec-deadline']],
  ['has a getter that throws', 'return { data: { get a() { throw new Error("no"); } } };', ['codec-threw']],
  ['has a toJSON that loops', 'return { data: { toJSON() { for (;;); } } };', ['codec-deadline']],
  ['has a toJSON that lies', 'return { data: { toJSON() { return 5; } } };', ['codec-result-unsafe']],
  ['is a Proxy of endless keys', 'return { data: new Proxy({}, { ownKeys() { for (;;); } }) };', ['codec-deadline']],
  ['is a Proxy that throws', 'return new Proxy({}, { get() { throw null; } });', ['codec-memory', 'codec-threw']],
  ['throws an error that loops', 'throw { get message() { for (;;); } };', ['codec-deadline']],
  ['throws an error that throws', 'throw { get message() { throw new Error("again"); } };', ['codec-threw']],
  ['throws what has no text', 'throw { toJSON() { throw 1; }, toString() { throw 2; } };', ['codec-threw']],
  ['throws a symbol', 'throw Symbol("s");', ['codec-threw']],
  ['has errors without end', 'return { errors: new Array(4e9) };', ['codec-errors']],
  ['has long errors', 'return { errors: Array(1000).fill("e".repeat(1e4)) };', ['codec-errors']],
  [
    'changes what the harness uses',
    `
    JSON.stringify = () => '[{},["forged"]]'; Object.keys = () => []; Array.isArray = () => true; Reflect.apply = null;
    String.prototype.slice = null; Object.prototype.toJSON = () => 7; return { data: { a: NaN } };`,
    ['codec-result-unsafe'],
  ],
  [
    'gives every list a toJSON',
    'Array.prototype.toJSON = () => ({}); return { data: { a: "b" }, warnings: ["w"] };',
    ['codec-result-unsafe'],
  ],
  ['lets promises run on', '(async () => { for (;;) await 1; })(); throw 1;', ['codec-threw']],
];

const sourceOf = (body: string) =>
  `function decodeUplink(input) { if (input.fPort === 1) return { data: { sum: input.bytes[0] } }; ${body} }`;
const GOOD = { ok: true, value: { data: { sum: 1 }, warnings: [] } };

describe('a codec that', () => {
  it.each(HOSTILE)('%s is refused, and its next call is right', (_, body, codes) => {
    const timeoutMs = codes.includes('codec-deadline') ? TIMEOUT_MS : PATIENT_MS;
    const codec = openCodec(engine, sourceOf(body), { timeoutMs });
    for (let round = 0; round < 3; round += 1) {
      const startedMs = performance.now();
      const output = codec.decode(INPUT);
      expect(performance.now() - startedMs).toBeLessThan(timeoutMs * 60);
      expect(codes).toContain(output.ok ? 'decoded' : output.fault.code);
      expect(output.ok ? 0 : output.fault.detail.length).toBeLessThanOrEqual(4_000);
      expect(codec.decode({ ...INPUT, fPort: 1 })).toEqual(GOOD);
    }
  });

  it('is any of these leaves the host its memory', () => {
    const codecs = HOSTILE.map(([, body]) => openCodec(engine, sourceOf(body), { timeoutMs: 10 }));
    const round = () => {
      for (const codec of codecs) codec.decode(INPUT);
      return process.memoryUsage.rss();
    };
    const after = [round(), round(), round(), round()];
    expect(Math.max(...after) - Math.min(...after)).toBeLessThan(GROWTH_BYTES_MAX);
    expect(engine.memoryBytes).toBeLessThan(24 * MEBIBYTE);
  });

  it('may take more memory gives it back', async () => {
    const bomb = openCodec(engine, sourceOf('const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));'), {
      memoryMiB: 64,
    });
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 20; round += 1) {
      expect(bomb.decode(INPUT)).toMatchObject({ ok: false, fault: { code: 'codec-memory' } });
      expect(bomb.decode({ ...INPUT, fPort: 1 })).toEqual(GOOD);
    }
    await vi.waitFor(() => expect(engine.memoryBytes).toBeLessThan(24 * MEBIBYTE), { timeout: 10_000 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(GROWTH_BYTES_MAX);
    expect(bomb.decode({ ...INPUT, fPort: 1 })).toEqual(GOOD);
  });
});

describe('out of the sandbox', () => {
  it.each([
    'this.constructor.constructor("return typeof process")()',
    'Function("return typeof process")()',
    '(async () => {}).constructor("return typeof process")  && typeof process',
    'Reflect.getPrototypeOf(input.bytes).constructor.constructor("return typeof process")()',
    'typeof require',
    'typeof fetch',
    'typeof setTimeout',
    'typeof WebAssembly',
    'typeof SharedArrayBuffer === "function" ? typeof Worker : "undefined"',
    'typeof globalThis.std + typeof globalThis.os === "undefinedundefined" ? "undefined" : "found"',
  ])('there is nothing to reach: %s', (expression) => {
    expect(answerOf(engine, `function decodeUplink(input) { return { data: { a: ${expression} } }; }`)).toEqual({
      a: 'undefined',
    });
  });

  it('nothing is shared with the host by prototypes', () => {
    answerOf(
      engine,
      'function decodeUplink() { Object.prototype.polluted = 1; return { data: { constructor: { prototype: { polluted: 1 } } } }; }',
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
