/** A place in a WebAssembly binary. Reading beyond its end throws. */
export class WasmReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new RangeError('the WebAssembly binary ends early');
    this.at += 1;
    return byte;
  }

  /** An unsigned number of at most 32 bits in LEB128. */
  leb(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  /** A number in LEB128 whose value nobody asks for, signed or not. */
  skipLeb(): void {
    while (this.byte() >= 0x80);
  }

  skipLebs(count: number): void {
    for (let left = count; left > 0; left -= 1) this.skipLeb();
  }

  skip(count: number): void {
    this.at += count;
  }

  take(count: number): Uint8Array {
    const taken = this.bytes.subarray(this.at, this.at + count);
    if (taken.length !== count) throw new RangeError('the WebAssembly binary ends early');
    this.at += count;
    return taken;
  }
}

/** LEB128 of an unsigned number of at most 32 bits. */
export function encodeLeb(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  bytes.push(left);
  return bytes;
}
