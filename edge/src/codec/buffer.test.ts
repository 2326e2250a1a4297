import { beforeAll, expect, it } from 'vitest';
import type { CodecEngine } from './codec.ts';
import { loadCodecEngine } from './codec-engine.ts';
import { answerOf } from './testing/open-codec.ts';

let engine: CodecEngine;
beforeAll(async () => {
  engine = await loadCodecEngine();
});

const BYTES = '[0x81, 0x02, 0xf3, 0x44, 0x85, 0xc6, 0x07, 0xc8]';
const READS = [
  'Int8',
  'UInt8',
  'Uint8',
  'Int16LE',
  'Int16BE',
  'UInt16LE',
  'Uint16BE',
  'Int32LE',
  'Int32BE',
  'UInt32LE',
];
const MORE_READS = ['UInt32BE', 'FloatLE', 'FloatBE', 'DoubleLE', 'DoubleBE', 'BigInt64LE', 'BigUInt64BE'];
const SIZED = ['IntLE', 'IntBE', 'UIntLE', 'UIntBE'];

const EXPRESSIONS = [
  ...[...READS, ...MORE_READS].map((kind) => `String(Buffer.from(${BYTES}).read${kind}(0))`),
  ...SIZED.flatMap((kind) => [1, 3, 6].map((size) => `Buffer.from(${BYTES}).read${kind}(1, ${size})`)),
  ...['Int16LE', 'Int32BE', 'FloatLE', 'DoubleBE'].map(
    (kind) => `(b => [b.write${kind}(-300, 1), b.toString('hex')])(Buffer.alloc(10))`,
  ),
  ...SIZED.map((kind) => `(b => [b.write${kind}(70000, 1, 3), b.toString('hex')])(Buffer.alloc(6))`),
  ...['hex', 'base64', 'base64url', 'ascii', 'latin1', 'utf8'].map(
    (encoding) => `Buffer.from(${BYTES}).toString('${encoding}')`,
  ),
  ...['hex', 'utf-8', 'binary'].map((encoding) => `Buffer.from('00ff€é', '${encoding}').toString('hex')`),
  ...['aGFsbG8', 'aGFsbG8=', 'a-_b', ''].map((text) => `Buffer.from('${text}', 'base64').toString('hex')`),
  ...['c3a9', 'e282ac', 'f09f9880', 'c3', 'ff41', '41c3a9e28242'].map(
    (hex) => `Buffer.from('${hex}', 'hex').toString()`,
  ),
  'Buffer.from("f").slice(0, 1).toString("hex")',
  `(b => { b.slice(2, 4)[0] = 9; return [b[2], b.slice(-2).length, b.subarray(1).toString('hex', 0, 2)]; })(Buffer.from(${BYTES}))`,
  'Buffer.concat([Buffer.from([1]), Buffer.alloc(2, 7), Buffer.from("ff", "hex")]).toString("hex")',
  'Buffer.concat([Buffer.from([1, 2])], 4).toString("hex")',
  '[Buffer.isBuffer(Buffer.alloc(1)), Buffer.isBuffer(new Uint8Array(1)), Buffer.alloc(1) instanceof Uint8Array]',
  '[Buffer.byteLength("€"), Buffer.byteLength("ffff", "hex"), Buffer.alloc(3).length]',
  'Buffer.from([1, 2]).equals(Buffer.from("0102", "hex"))',
  'Buffer.from(new Uint8Array([1, 2, 3]).buffer, 1, 1).toString("hex")',
  'JSON.stringify(Buffer.from([1, 2]))',
  '[...Buffer.from([3, 4]).reverse()]',
  'Array.from(Buffer.from([1, 2]).map((b) => b * 2))',
  '(b => [b.write("abc", 1), b.toString("hex")])(Buffer.alloc(3))',
  '(() => { try { return Buffer.alloc(1).readUInt16LE(0); } catch (e) { return e instanceof RangeError; } })()',
  '(() => { try { return Buffer.from("a", "none"); } catch (e) { return e instanceof TypeError; } })()',
];

it.each(EXPRESSIONS)('Buffer gives what that of Node gives: %s', (expression) => {
  const expected = new Function(`return ${expression};`)() as unknown;
  expect(answerOf(engine, `function decodeUplink() { return { data: [${expression}] }; }`)).toEqual([expected]);
});
