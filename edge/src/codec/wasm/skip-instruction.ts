import type { WasmReader } from './wasm-reader.ts';

type Immediates = 'none' | 'index' | 'two-indices' | 'indices' | 'table' | 'f32' | 'f64';

/** The immediates of each one-byte opcode of WebAssembly 2.0 without vectors: first and last opcode of a run that share them. */
const RUNS: readonly (readonly [first: number, last: number, immediates: Immediates])[] = [
  [0x00, 0x01, 'none'],
  [0x02, 0x04, 'index'],
  [0x05, 0x05, 'none'],
  [0x0b, 0x0b, 'none'],
  [0x0c, 0x0d, 'index'],
  [0x0e, 0x0e, 'table'],
  [0x0f, 0x0f, 'none'],
  [0x10, 0x10, 'index'],
  [0x11, 0x11, 'two-indices'],
  [0x1a, 0x1b, 'none'],
  [0x1c, 0x1c, 'indices'],
  [0x20, 0x26, 'index'],
  [0x28, 0x3e, 'two-indices'],
  [0x3f, 0x42, 'index'],
  [0x43, 0x43, 'f32'],
  [0x44, 0x44, 'f64'],
  [0x45, 0xc4, 'none'],
  [0xd0, 0xd0, 'index'],
  [0xd1, 0xd1, 'none'],
  [0xd2, 0xd2, 'index'],
];
const PREFIXED = 0xfc;
/** The opcodes behind the prefix: eight conversions, then bulk memory and tables. */
const PREFIXED_IMMEDIATES: readonly Immediates[] = [
  ...Array<Immediates>(8).fill('none'),
  'two-indices', // memory.init
  'index', // data.drop
  'two-indices', // memory.copy
  'index', // memory.fill
  'two-indices', // table.init
  'index', // elem.drop
  'two-indices', // table.copy
  'index', // table.grow
  'index', // table.size
  'index', // table.fill
];

const IMMEDIATES: readonly (Immediates | undefined)[] = Array.from(
  { length: 256 },
  (_, opcode) => RUNS.find(([first, last]) => opcode >= first && opcode <= last)?.[2],
);

const SKIP: Readonly<Record<Immediates, (reader: WasmReader) => void>> = {
  none: () => undefined,
  index: (reader) => reader.skipLeb(),
  'two-indices': (reader) => reader.skipLebs(2),
  indices: (reader) => reader.skipLebs(reader.leb()),
  table: (reader) => reader.skipLebs(reader.leb() + 1),
  f32: (reader) => reader.skip(4),
  f64: (reader) => reader.skip(8),
};

/** Reads one instruction with its immediates and returns its opcode. Throws on an opcode that is not in the tables. */
export function skipInstruction(reader: WasmReader): number {
  const opcode = reader.byte();
  const immediates = opcode === PREFIXED ? PREFIXED_IMMEDIATES[reader.leb()] : IMMEDIATES[opcode];
  if (immediates === undefined) throw new Error(`unknown WebAssembly instruction 0x${opcode.toString(16)}`);
  SKIP[immediates](reader);
  return opcode;
}
