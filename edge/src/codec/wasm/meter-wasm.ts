import { skipInstruction } from './skip-instruction.ts';
import { encodeLeb, WasmReader } from './wasm-reader.ts';

/** What {@link meterWasm} exports besides what the binary had. */
export const METER_EXPORTS = { stackPointer: 'meterStackPointer', turnsLeft: 'meterTurnsLeft' } as const;

const HEADER_BYTES = 8;
const SECTION = { global: 6, export: 7, code: 10, data: 11 } as const;
const EXPORT_OF_GLOBAL = 0x03;
const I32 = 0x7f;
const MUTABLE = 0x01;
const OPCODE = { loop: 0x03, i32Const: 0x41, end: 0x0b } as const;
/** The stack pointer is the only global of what LLVM links without position-independent code. */
const STACK_POINTER = 0;

export interface MeteredWasm {
  readonly binary: Uint8Array<ArrayBuffer>;
  /** First byte behind the initialised data. */
  readonly dataEnd: number;
}

/**
 * Makes every call into a WebAssembly module end: each loop counts its turns down in a global, and a module that has used
 * them up traps. An interrupt handler alone does not do that: an engine polls it between the instructions of a script,
 * not inside its own builtins, and `new Array(4e9).indexOf(1)` is one of those. The stack pointer is exported too, which a
 * trap leaves where it was.
 */
export function meterWasm(original: Uint8Array): MeteredWasm {
  const reader = new WasmReader(original, HEADER_BYTES);
  const parts: Uint8Array[] = [original.subarray(0, HEADER_BYTES)];
  let turnsLeft = 0;
  let dataEnd = 0;
  while (!reader.isAtEnd) {
    const id = reader.byte();
    const body = reader.take(reader.leb());
    let rewritten = body;
    if (id === SECTION.global) {
      turnsLeft = new WasmReader(body).leb();
      rewritten = withEntries(body, 1, [I32, MUTABLE, OPCODE.i32Const, 0, OPCODE.end]);
    } else if (id === SECTION.export) {
      const entries = [
        ...globalExport(METER_EXPORTS.stackPointer, STACK_POINTER),
        ...globalExport(METER_EXPORTS.turnsLeft, turnsLeft),
      ];
      rewritten = withEntries(body, 2, entries);
    } else if (id === SECTION.code) {
      rewritten = meterCode(body, turnsLeft);
    } else if (id === SECTION.data) {
      dataEnd = endOfData(body);
    }
    parts.push(Uint8Array.from([id, ...encodeLeb(rewritten.length)]), rewritten);
  }
  if (turnsLeft !== 1) throw new Error(`a stack pointer and no other global was expected, not ${turnsLeft} globals`);
  return { binary: join(parts), dataEnd };
}

/** A section that is a counted vector, with more entries at its end. */
function withEntries(body: Uint8Array, count: number, entries: readonly number[]): Uint8Array {
  const reader = new WasmReader(body);
  const countBefore = reader.leb();
  return join([Uint8Array.from(encodeLeb(countBefore + count)), body.subarray(reader.at), Uint8Array.from(entries)]);
}

function globalExport(name: string, index: number): number[] {
  return [...encodeLeb(name.length), ...Buffer.from(name), EXPORT_OF_GLOBAL, ...encodeLeb(index)];
}

function meterCode(body: Uint8Array, turnsLeft: number): Uint8Array {
  const countdown = countdownOf(turnsLeft);
  const reader = new WasmReader(body);
  const functions = reader.leb();
  const parts: Uint8Array[] = [body.subarray(0, reader.at)];
  for (let left = functions; left > 0; left -= 1) {
    const metered = meterFunction(reader.take(reader.leb()), countdown);
    parts.push(Uint8Array.from(encodeLeb(metered.length)), metered);
  }
  return join(parts);
}

function meterFunction(body: Uint8Array, countdown: Uint8Array): Uint8Array {
  const reader = new WasmReader(body);
  for (let runs = reader.leb(); runs > 0; runs -= 1) {
    reader.skipLeb();
    reader.skip(1);
  }
  const parts: Uint8Array[] = [];
  let from = 0;
  while (!reader.isAtEnd) {
    if (skipInstruction(reader) !== OPCODE.loop) continue;
    parts.push(body.subarray(from, reader.at), countdown);
    from = reader.at;
  }
  parts.push(body.subarray(from));
  return join(parts);
}

/** `turnsLeft -= 1; if (turnsLeft < 0) trap;` */
function countdownOf(turnsLeft: number): Uint8Array {
  const [getGlobal, setGlobal, subtract, isLess, ifThen, noResult, trap] = [0x23, 0x24, 0x6b, 0x48, 0x04, 0x40, 0x00];
  return Uint8Array.of(
    ...[getGlobal, turnsLeft, OPCODE.i32Const, 1, subtract, setGlobal, turnsLeft],
    ...[getGlobal, turnsLeft, OPCODE.i32Const, 0, isLess, ifThen, noResult, trap, OPCODE.end],
  );
}

function endOfData(body: Uint8Array): number {
  const reader = new WasmReader(body);
  let end = 0;
  for (let segments = reader.leb(); segments > 0; segments -= 1) {
    if (reader.leb() !== 0 || reader.byte() !== OPCODE.i32Const)
      throw new Error('a data segment without a fixed place');
    const offset = reader.leb();
    reader.skip(1);
    const bytes = reader.leb();
    reader.skip(bytes);
    end = Math.max(end, offset + bytes);
  }
  return end;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
