/** Keeps finished pages up to a number of bytes; the least recently used go first. */
export interface ByteBoundedCache<Value> {
  get(key: string): Value | undefined;
  /** A value larger than the whole cache is not kept. */
  set(key: string, value: Value, bytes: number): void;
  readonly bytes: number;
  readonly size: number;
}

const ENTRY_OVERHEAD_BYTES = 512;

export function createByteBoundedCache<Value>(bytesMax: number): ByteBoundedCache<Value> {
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
      const entryBytes = valueBytes + ENTRY_OVERHEAD_BYTES;
      if (entryBytes > bytesMax) return;
      entries.set(key, { value, bytes: entryBytes });
      bytes += entryBytes;
      for (const oldest of entries.keys()) {
        if (bytes <= bytesMax) break;
        remove(oldest);
      }
    },
    get bytes() {
      return bytes;
    },
    get size() {
      return entries.size;
    },
  };
}
