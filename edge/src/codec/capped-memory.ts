export const PAGE_BYTES = 65_536;
export const MEBIBYTE = 1_048_576;
/** What the QuickJS build asks for at its start: 16 MiB. */
export const MEMORY_MIB_MIN = 16;
/** No codec gets more, whatever its setting. */
export const MEMORY_MIB_MAX = 64;

/** WebAssembly memory that grows as far as the call that runs may take. It cannot shrink again. */
export class CappedMemory extends WebAssembly.Memory {
  capBytes = MEMORY_MIB_MIN * MEBIBYTE;

  constructor() {
    super({
      initial: (MEMORY_MIB_MIN * MEBIBYTE) / PAGE_BYTES,
      maximum: (MEMORY_MIB_MAX * MEBIBYTE) / PAGE_BYTES,
    });
  }

  get hasGrown(): boolean {
    return this.buffer.byteLength > MEMORY_MIB_MIN * MEBIBYTE;
  }

  override grow(pages: number): number {
    if (this.buffer.byteLength + pages * PAGE_BYTES > this.capBytes) throw new RangeError('the memory cap is reached');
    return super.grow(pages);
  }
}
