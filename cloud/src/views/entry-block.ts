/** Members in a row of `block`: two rows fill a page of the file. */
export const BLOCK_ENTRIES = 250;

/** Where a member went. */
export interface BlockEntry {
  readonly bucket: number;
  /** How many ordinals before it the bucket's member before it stands; 0 for the first of its bucket. */
  readonly back: number;
}

const ENTRY_BYTES = 8;
const NUMBER_MAX = 0xffff_ffff;

export function blockOf(ordinal: number): number {
  return Math.floor(ordinal / BLOCK_ENTRIES);
}

export function emptyBlock(): Buffer {
  return Buffer.alloc(BLOCK_ENTRIES * ENTRY_BYTES);
}

/** Throws for numbers beyond 32 bits: four billion buckets, or members between two of one bucket in one month. */
export function putEntry(block: Buffer, ordinal: number, { bucket, back }: BlockEntry): void {
  if (bucket > NUMBER_MAX || back > NUMBER_MAX)
    throw new RangeError(`entry ${bucket}/${back} is too large for a block`);
  const at = (ordinal % BLOCK_ENTRIES) * ENTRY_BYTES;
  block.writeUInt32LE(bucket, at);
  block.writeUInt32LE(back, at + 4);
}

export function entryAt(block: Buffer, ordinal: number): BlockEntry {
  const at = (ordinal % BLOCK_ENTRIES) * ENTRY_BYTES;
  return { bucket: block.readUInt32LE(at), back: block.readUInt32LE(at + 4) };
}
