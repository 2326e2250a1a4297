import { expect, test } from 'vitest';
import { createColumnCache } from './column-cache.ts';
import type { ColdFile } from './open-cold-file.ts';

/** A file of columns of eight numbers, which counts how often it is asked. */
function fileThatCounts() {
  const asked: string[] = [];
  const file: ColdFile = {
    groups: [],
    rows: 0,
    bytes: 0,
    column(group, name) {
      asked.push(`${group}/${name}`);
      return new Float64Array(8);
    },
    close: () => undefined,
  };
  return { file, asked };
}

test('decodes a column once, drops the least recently used above its bound, and forgets a file', () => {
  const { file, asked } = fileThatCounts();
  const cache = createColumnCache(2 * 64);
  for (const group of [0, 1, 0, 2, 0, 1]) cache.column(file, group, 'begin');
  expect(asked).toEqual(['0/begin', '1/begin', '2/begin', '1/begin']);
  cache.forget(file);
  cache.column(file, 1, 'begin');
  expect(asked).toHaveLength(5);
});
