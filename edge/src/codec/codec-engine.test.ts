import { beforeAll, describe, expect, it } from 'vitest';
import { CODEC_DEFAULTS, CODEC_INPUT_BYTES_MAX, type CodecEngine } from './codec.ts';
import { loadCodecEngine } from './codec-engine.ts';
import { answerOf, INPUT, openCodec } from './testing/open-codec.ts';
import { TYPICAL_CODEC, TYPICAL_PAYLOAD } from './testing/typical-codec.ts';

let engine: CodecEngine;
beforeAll(async () => {
  engine = await loadCodecEngine();
});

describe('the entry point', () => {
  it.each([
    ['a global function', 'function decodeUplink(i) { return { data: { at: 1, n: i.bytes.length } }; }'],
    ['a constant', 'const decodeUplink = (i) => ({ data: { at: 1, n: i.bytes.length } });'],
    ['exports', 'exports.decodeUplink = (i) => ({ data: { at: 1, n: i.bytes.length } });'],
    ['module.exports', 'module.exports = { decodeUplink: (i) => ({ data: { at: 1, n: i.bytes.length } }) };'],
    ['an exported driver', 'exports.driver = { decodeUplink: (i) => ({ data: { at: 1, n: i.bytes.length } }) };'],
    ['a global driver', 'var driver = { decodeUplink: (i) => ({ data: { at: 1, n: i.bytes.length } }) };'],
    ['a module', 'export function decodeUplink(i) { return { data: { at: 1, n: i.bytes.length } }; }'],
    ['the default of a module', 'export default { decodeUplink: (i) => ({ data: { at: 1, n: i.bytes.length } }) };'],
    ['Decoder(bytes, port)', 'function Decoder(bytes, port) { return { at: port === 85 ? 1 : 0, n: bytes.length }; }'],
    ['Decode(fPort, bytes)', 'function Decode(port, bytes) { return { at: port === 85 ? 1 : 0, n: bytes.length }; }'],
  ])('is found as %s', (_, source) => {
    expect(answerOf(engine, source)).toEqual({ at: 1, n: 3 });
  });

  it('is the first of the known order', () => {
    const legacy = 'function Decode() { return { by: 3 }; } function Decoder() { return { by: 2 }; }';
    expect(answerOf(engine, legacy)).toEqual({ by: 2 });
    const current = 'exports.decodeUplink = () => ({ data: { by: 1 } });';
    expect(answerOf(engine, legacy + current)).toEqual({ by: 1 });
    expect(answerOf(engine, `${legacy + current} function decodeUplink() { return { data: { by: 0 } }; }`)).toEqual({
      by: 0,
    });
  });

  it.each([
    ['codec-no-entry', 'var answer = 42;'],
    ['codec-unreadable', 'function decodeUplink( {'],
    ['codec-unreadable', 'throw new Error("at the start");'],
    ['codec-unreadable', 'const fs = require("fs"); function decodeUplink() { return { data: {} }; }'],
    ['codec-unreadable', 'import fs from "fs"; export function decodeUplink() { return { data: {} }; }'],
    ['codec-unreadable', `function decodeUplink() {} //${'x'.repeat(1_048_576)}`],
    ['codec-memory', 'var table = new Uint8Array(5e6).fill(1); function decodeUplink() {}'],
    ['codec-deadline', 'for (;;);'],
  ])('refuses with %s: %.40s', (code, source) => {
    const opened = engine.open(source, CODEC_DEFAULTS);
    expect(opened.ok ? 'opened' : opened.fault.code).toBe(code);
  });
});

describe('the input', () => {
  it('is an ordinary array, port, time and variables', () => {
    const source = `function decodeUplink(input) {
      const { bytes, fPort, recvTime, variables } = input;
      return { data: { isArray: Array.isArray(bytes), bytes, spliced: bytes.splice(0, 2), fPort, recvTime: recvTime.toISOString(),
        isDate: recvTime instanceof Date, year: recvTime.getUTCFullYear(), variables } };
    }`;
    expect(answerOf(engine, source, { variables: { height: '2.5' } })).toEqual({
      isArray: true,
      bytes: [255],
      spliced: [1, 2],
      fPort: 85,
      recvTime: '2026-11-24T12:00:00.000Z',
      isDate: true,
      year: 2026,
      variables: { height: '2.5' },
    });
  });

  it.each([
    [undefined, '2026-11-24T12:00:00.000Z'],
    ['2026-11-24T13:00:00+01:00', '2026-11-24T13:00:00+01:00'],
  ])('has the time as a text where asked (%s)', (recvTimeText, expected) => {
    const codec = openCodec(engine, 'function decodeUplink(i) { return { data: { at: i.recvTime } }; }', {
      recvTimeAs: 'string',
    });
    const output = codec.decode({ ...INPUT, ...(recvTimeText === undefined ? {} : { recvTimeText }) });
    expect(output).toEqual({ ok: true, value: { data: { at: expected }, warnings: [] } });
  });

  it('has the variables as third argument of Decode', () => {
    expect(answerOf(engine, 'function Decode(p, b, v) { return v; }', { variables: { a: 'b' } })).toEqual({ a: 'b' });
  });

  it('is refused when it is longer than any frame', () => {
    const codec = openCodec(engine, TYPICAL_CODEC);
    const output = codec.decode({ ...INPUT, bytes: new Uint8Array(CODEC_INPUT_BYTES_MAX + 1) });
    expect(output).toMatchObject({ ok: false, fault: { code: 'codec-memory' } });
  });
});

describe('the clock and chance of the sandbox', () => {
  it('are the receive time and always the same numbers', () => {
    const source = `function decodeUplink() {
      return { data: { now: Date.now(), made: new Date().getTime(), said: typeof Date(), name: Date.name,
        own: new Date(2020, 1, 2).getFullYear(), random: [Math.random(), Math.random()] } };
    }`;
    const codec = openCodec(engine, source);
    const [first, second] = [codec.decode(INPUT), codec.decode(INPUT)];
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      value: { data: { now: INPUT.recvTimeMs, made: INPUT.recvTimeMs, said: 'string', name: 'Date', own: 2020 } },
    });
  });
});

describe('the result', () => {
  it.each([
    ['without what is undefined', '{ a: 1, b: undefined, c: () => 1 }', { a: 1 }],
    ['with the noise of floats', '{ t: 24.200000762939453 }', { t: 24.200000762939453 }],
    ['with dates as texts', '{ t: new Date(0) }', { t: '1970-01-01T00:00:00.000Z' }],
    ['with any letter', '{ "é😀": "\\u0000\\u2028" }', { 'é😀': '\u0000\u2028' }],
    ['as an array', '[1, [2]]', [1, [2]]],
    [
      '32 levels deep',
      '(() => { let a = []; for (let i = 1; i < 32; i++) a = [a]; return { a: a[0] }; })()',
      expect.anything(),
    ],
  ])('is JSON %s', (_, data, expected) => {
    expect(answerOf(engine, `function decodeUplink() { return { data: ${data} }; }`)).toEqual(expected);
  });

  it.each([
    ['{ data: { a: [0, { b: NaN }] } }', 'codec-result-unsafe', 'data.a[1].b: NaN'],
    ['{ data: { a: -Infinity } }', 'codec-result-unsafe', 'data.a: -Infinity'],
    ['{ data: { v: 1n } }', 'codec-result-unsafe', 'data.v: a BigInt'],
    ['{ data: JSON.parse(\'{"__proto__": 1}\') }', 'codec-result-unsafe', 'data.__proto__: a field'],
    ['(() => { const a = {}; a.b = [a]; return { data: a }; })()', 'codec-result-unsafe', /^data\.b\[0\].*: a cycle$/],
    ['{ data: 5 }', 'codec-result-unsafe', 'data: an object was expected, not number'],
    ['{}', 'codec-result-unsafe', 'data: an object was expected, not undefined'],
    ['undefined', 'codec-result-unsafe', 'an object with data was expected, not undefined'],
    ['Promise.resolve({ data: {} })', 'codec-result-unsafe', 'data: an object was expected, not undefined'],
    ['{ data: { a: "x".repeat(70000) } }', 'codec-result-too-large', /^data: 70008 characters/],
    ['{ data: { a: "€".repeat(30000) } }', 'codec-result-too-large', /bytes of JSON$/],
    ['{ data: new Array(100000).fill(1) }', 'codec-result-too-large', 'data[65535]: more than 65536 values'],
    ['null.a', 'codec-threw', /^TypeError: /],
    ['{ data: { a: 1 }, errors: ["low", new Error("b")] }', 'codec-errors', 'low; Error: b'],
    ['{ errors: "one text" }', 'codec-errors', 'one text'],
  ])('%s is refused', (result, code, detail) => {
    const output = openCodec(engine, `function decodeUplink() { return ${result}; }`).decode(INPUT);
    const text = typeof detail === 'string' ? detail : expect.stringMatching(detail);
    expect(output).toMatchObject({ ok: false, fault: { code, detail: text } });
  });

  it('keeps warnings, of which it holds some', () => {
    const codec = openCodec(
      engine,
      'function decodeUplink() { return { data: {}, warnings: Array(40).fill("w".repeat(999)) }; }',
    );
    const output = codec.decode(INPUT);
    const warnings = output.ok ? output.value.warnings : [];
    expect(warnings).toHaveLength(17);
    expect(warnings[0]).toHaveLength(201);
    expect(warnings[16]).toBe('and 24 more');
  });

  it('is normalised where asked', () => {
    const source = `function decodeUplink() { return { data: { t: 21 } }; }
      function normalizeUplink(input) { return { data: [{ air: { temperature: input.data.t } }] }; }`;
    expect(openCodec(engine, source).decode(INPUT)).toEqual({ ok: true, value: { data: { t: 21 }, warnings: [] } });
    expect(openCodec(engine, source, { normalises: true }).decode(INPUT)).toEqual({
      ok: true,
      value: { data: { t: 21 }, warnings: [], normalised: [{ air: { temperature: 21 } }] },
    });
  });
});

describe('a codec as vendors write them', () => {
  it('decodes', () => {
    const codec = openCodec(engine, TYPICAL_CODEC);
    const output = codec.decode({ ...INPUT, bytes: Buffer.from(TYPICAL_PAYLOAD, 'hex') });
    expect(output).toEqual({
      ok: true,
      value: { data: { battery: 92, temperature: 30.8, humidity: 50.5 }, warnings: [] },
    });
  });

  it.each([
    ['undeclared names', 'function decodeUplink() { x = 1; return { data: { x } }; }', { x: 1 }],
    [
      'its own error class',
      'class E extends Error { constructor() { super("m"); this.name = "E"; } } function decodeUplink() { return { data: { n: new E().name } }; }',
      { n: 'E' },
    ],
    [
      'a polyfill',
      'Array.prototype.last = function () { return this[this.length - 1]; }; function decodeUplink(i) { return { data: { l: i.bytes.last() } }; }',
      { l: 255 },
    ],
    ['the console', 'console.log("loaded"); function decodeUplink() { console.error(1); return { data: {} }; }', {}],
    [
      'its own exports variable',
      'let exports = {}; let module = 1; function decodeUplink() { return { data: {} }; }',
      {},
    ],
    [
      'newer syntax',
      'function decodeUplink(i) { const { bytes: [a, ...rest] } = i; return { data: { v: i?.no?.way ?? a ** 2, n: rest.length } }; }',
      { v: 1, n: 2 },
    ],
  ])('may use %s', (_, source, expected) => {
    expect(answerOf(engine, source)).toEqual(expected);
  });

  it('opens more codecs than are kept ready, each with its own state', () => {
    const codecs = Array.from({ length: 20 }, (_, n) =>
      openCodec(engine, `var n = ${n}; function decodeUplink() { return { data: { n: n++ } }; }`),
    );
    for (let round = 0; round < 3; round += 1) {
      const answers = codecs.map((codec) => codec.decode(INPUT));
      expect(answers).toEqual(codecs.map((_, n) => ({ ok: true, value: { data: { n }, warnings: [] } })));
    }
  });
});
