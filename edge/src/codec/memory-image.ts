import { MEBIBYTE } from './capped-memory.ts';

/** Set by the QuickJS build. {@link layoutOf} checks it against what the binary says. */
const STACK_BYTES = 5 * MEBIBYTE;
const DATA_WITHOUT_VALUES_BYTES_MAX = 65_536;
/** More than an allocator keeps in stock, so that it must ask for memory. */
const PROBE_BYTES = 2 * MEBIBYTE;

/**
 * Where things lie in the memory of the module: data from 0 to the bottom of the stack, the stack, and the heap from the
 * top of the stack to where `sbrk` stands. The stack is dead between calls.
 */
export interface MemoryLayout {
  readonly stackBottom: number;
  readonly heapBase: number;
  /** Address of the word that says where the heap ends. */
  readonly heapEndWord: number;
}

/** All that a module knows between two calls. Fits every instance of the same binary. */
export interface MemoryImage {
  readonly data: Uint8Array;
  readonly heap: Uint8Array;
}

/**
 * The layout of a module that has just been instantiated; its memory is left as it was. The end of the heap is found by
 * asking for memory: of the words of data that change and point into the heap it is the one that points furthest.
 */
export function layoutOf(
  memory: WebAssembly.Memory,
  { stackTop, dataEnd, allocate }: { stackTop: number; dataEnd: number; allocate: (bytes: number) => number },
): MemoryLayout {
  const stackBottom = stackTop - STACK_BYTES;
  if (stackBottom < dataEnd || stackBottom - dataEnd > DATA_WITHOUT_VALUES_BYTES_MAX) {
    throw new Error(`the stack should end just above the data, at ${dataEnd}, but would end at ${stackBottom}`);
  }
  const dataBefore = new Uint8Array(memory.buffer).slice(0, stackBottom);
  const wordsBefore = new Uint32Array(dataBefore.buffer, 0, stackBottom >> 2);
  if (allocate(PROBE_BYTES) < stackTop) throw new Error('the heap should begin where the stack does');
  const wordsAfter = new Uint32Array(memory.buffer, 0, stackBottom >> 2);
  let heapEndWord = -1;
  let heapEnd = stackTop;
  wordsAfter.forEach((value, index) => {
    if (value === wordsBefore[index] || value <= heapEnd || value > memory.buffer.byteLength) return;
    heapEndWord = index << 2;
    heapEnd = value;
  });
  if (heapEndWord === -1) throw new Error('no word of the data says where the heap ends');
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(dataBefore);
  bytes.fill(0, stackTop, heapEnd);
  return { stackBottom, heapBase: stackTop, heapEndWord };
}

/** Address of the first byte behind the heap, never beyond the memory. */
export function heapEndIn(memory: WebAssembly.Memory, { heapEndWord, heapBase }: MemoryLayout): number {
  const heapEnd = new DataView(memory.buffer).getUint32(heapEndWord, true);
  return Math.min(Math.max(heapEnd, heapBase), memory.buffer.byteLength);
}

/** Copies what the module knows now. */
export function takeImage(memory: WebAssembly.Memory, layout: MemoryLayout): MemoryImage {
  const bytes = new Uint8Array(memory.buffer);
  return {
    data: bytes.slice(0, layout.stackBottom),
    heap: bytes.slice(layout.heapBase, heapEndIn(memory, layout)),
  };
}

/** Puts the memory back to an image: whole ranges, and zeros where the heap has grown since. */
export function restoreImage(memory: WebAssembly.Memory, layout: MemoryLayout, { data, heap }: MemoryImage): void {
  const bytes = new Uint8Array(memory.buffer);
  const imageEnd = layout.heapBase + heap.length;
  const heapEnd = heapEndIn(memory, layout);
  if (heapEnd > imageEnd) bytes.fill(0, imageEnd, heapEnd);
  bytes.set(data);
  bytes.set(heap, layout.heapBase);
}
