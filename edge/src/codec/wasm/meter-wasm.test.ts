import { describe, expect, it } from 'vitest';
import { METER_EXPORTS, meterWasm } from './meter-wasm.ts';

const TYPE = [0x01, 0x04, 0x01, 0x60, 0x00, 0x00];
const FUNCTION = [0x03, 0x02, 0x01, 0x00];
const GLOBAL = [0x06, 0x06, 0x01, 0x7f, 0x01, 0x41, 0x2a, 0x0b];
const EXPORT_RUN = [0x07, 0x07, 0x01, 0x03, ...Buffer.from('run'), 0x00, 0x00];

/** A module with a stack pointer of 42 and one function, `run`, of these instructions. */
function moduleOf(instructions: readonly number[], global = GLOBAL): Uint8Array {
  const body = [0x00, ...instructions, 0x0b];
  const code = [0x0a, body.length + 2, 0x01, body.length, ...body];
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...TYPE, ...FUNCTION, ...global, ...EXPORT_RUN, ...code]);
}

async function instanceOf(binary: Uint8Array) {
  const compiled = await WebAssembly.compile(meterWasm(binary).binary);
  const { exports } = new WebAssembly.Instance(compiled, {});
  return {
    run: exports.run as () => void,
    turnsLeft: exports[METER_EXPORTS.turnsLeft] as WebAssembly.Global,
    stackPointer: exports[METER_EXPORTS.stackPointer] as WebAssembly.Global,
  };
}

describe('a metered module', () => {
  it('ends a loop without an end, after its turns', async () => {
    const { run, turnsLeft } = await instanceOf(moduleOf([0x03, 0x40, 0x0c, 0x00, 0x0b]));
    turnsLeft.value = 1_000;
    expect(run).toThrow(WebAssembly.RuntimeError);
    expect(turnsLeft.value).toBe(-1);
  });

  it('counts each turn of nested loops', async () => {
    const { run, turnsLeft } = await instanceOf(moduleOf([0x03, 0x40, 0x03, 0x40, 0x0b, 0x0b]));
    turnsLeft.value = 10;
    run();
    expect(turnsLeft.value).toBe(8);
  });

  it('exports its stack pointer', async () => {
    expect((await instanceOf(moduleOf([0x01]))).stackPointer.value).toBe(42);
  });
});

describe('what it does not know', () => {
  it.each([
    ['an instruction for vectors', moduleOf([0xfd, 0x00])],
    ['a second global', moduleOf([0x01], [0x06, 0x0b, 0x02, 0x7f, 0x01, 0x41, 0, 0x0b, 0x7f, 0x01, 0x41, 0, 0x0b])],
    ['a binary that ends early', moduleOf([0x01]).subarray(0, -2)],
  ])('refuses %s', (_, binary) => {
    expect(() => meterWasm(binary)).toThrow(Error);
  });
});
