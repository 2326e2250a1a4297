import { writeAscii } from '../oslo/write-ascii.ts';

const INITIAL_BYTES = 65_536;

/** A buffer that doubles when it must and is used again for the next document. */
export interface GrowingBytes {
  clear(): void;
  /** Bytes that were appended since. */
  length(): number;
  appendAscii(text: string): void;
  /** Lets `write` put at most `bytesMax` bytes at the offset it is given; it returns the offset behind them. */
  append(bytesMax: number, write: (target: Uint8Array, at: number) => number): void;
  /** What was appended, in a buffer of its own. */
  copy(): Uint8Array<ArrayBuffer>;
}

export function createGrowingBytes(): GrowingBytes {
  let buffer = new Uint8Array(INITIAL_BYTES);
  let length = 0;

  function reserve(bytes: number): void {
    if (length + bytes <= buffer.length) return;
    let capacity = buffer.length;
    while (capacity < length + bytes) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(buffer.subarray(0, length));
    buffer = grown;
  }

  return {
    clear() {
      length = 0;
    },
    length: () => length,
    appendAscii(text) {
      reserve(text.length);
      length = writeAscii(buffer, length, text);
    },
    append(bytesMax, write) {
      reserve(bytesMax);
      length = write(buffer, length);
    },
    copy: () => buffer.slice(0, length),
  };
}
