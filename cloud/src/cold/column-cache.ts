import type { ColdFile } from './open-cold-file.ts';

/** Decoded columns of open files, the least recently used dropped above a bound of bytes. */
export interface ColumnCache {
  column(file: ColdFile, group: number, name: string): Float64Array;
  forget(file: ColdFile): void;
}

export function createColumnCache(bytesMax: number): ColumnCache {
  /** A map keeps the order in which keys were set: the first is the least recently used. */
  const columns = new Map<string, Float64Array>();
  const numbers = new Map<ColdFile, number>();
  let lastNumber = 0;
  let bytes = 0;

  const drop = (key: string) => {
    bytes -= columns.get(key)?.byteLength ?? 0;
    columns.delete(key);
  };
  const numberOf = (file: ColdFile) => {
    const number = numbers.get(file) ?? ++lastNumber;
    numbers.set(file, number);
    return number;
  };
  return {
    column(file, group, name) {
      const key = `${numberOf(file)}/${group}/${name}`;
      const known = columns.get(key);
      const column = known ?? file.column(group, name);
      columns.delete(key);
      columns.set(key, column);
      if (known !== undefined) return column;
      bytes += column.byteLength;
      for (const oldest of columns.keys()) {
        if (bytes <= bytesMax || oldest === key) break;
        drop(oldest);
      }
      return column;
    },
    forget(file) {
      const prefix = `${numbers.get(file)}/`;
      for (const key of [...columns.keys()].filter((one) => one.startsWith(prefix))) drop(key);
      numbers.delete(file);
    },
  };
}
