/** Keeps values up to a number of bytes; the least recently used go first. */
export interface ByteBoundedCache<Value> {
  /** The value, which is now the most recently used. */
  get(key: string): Value | undefined;
  /** A value larger than the whole cache is not kept. */
  set(key: string, value: Value, bytes: number): void;
  /** Takes a value out without calling `onEvicted`. */
  remove(key: string): void;
  keys(): IterableIterator<string>;
  readonly bytes: number;
  readonly size: number;
}

export interface ByteBoundedCacheOptions<Value> {
  /** What a value costs beside its bytes: objects in memory, the rest of a block on disk. */
  readonly entryOverheadBytes?: number;
  /** Called for each value that had to make room. */
  readonly onEvicted?: (key: string, value: Value) => void;
}

const MEMORY_OVERHEAD_BYTES = 512;

export function createByteBoundedCache<Value>(
  bytesMax: number,
  { entryOverheadBytes = MEMORY_OVERHEAD_BYTES, onEvicted = () => undefined }: ByteBoundedCacheOptions<Value> = {},
): ByteBoundedCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let bytes = 0;
  const remove = (key: string) => {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, valueBytes) {
      remove(key);
      const entryBytes = valueBytes + entryOverheadBytes;
      if (entryBytes > bytesMax) return;
      entries.set(key, { value, bytes: entryBytes });
      bytes += entryBytes;
      for (const [oldest, entry] of entries) {
        if (bytes <= bytesMax) break;
        remove(oldest);
        onEvicted(oldest, entry.value);
      }
    },
    remove,
    keys: () => entries.keys(),
    get bytes() {
      return bytes;
    },
    get size() {
      return entries.size;
    },
  };
}
