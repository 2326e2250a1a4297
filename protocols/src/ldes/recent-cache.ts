/** A map that holds the `entriesMax` most recently used entries and forgets the others. */
export interface RecentCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  readonly size: number;
}

export function createRecentCache<Value>(entriesMax: number): RecentCache<Value> {
  if (!Number.isInteger(entriesMax) || entriesMax < 1) throw new RangeError(`${entriesMax} is no number of entries`);
  const entries = new Map<string, Value>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value !== undefined) {
        entries.delete(key);
        entries.set(key, value);
      }
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      for (const oldest of entries.keys()) {
        if (entries.size <= entriesMax) break;
        entries.delete(oldest);
      }
    },
    get size() {
      return entries.size;
    },
  };
}
