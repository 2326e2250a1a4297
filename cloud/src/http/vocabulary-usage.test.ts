import { ok } from '@meetbrug/protocols/result';
import { describe, expect, it } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createPropertyUsage } from './vocabulary-usage.ts';

/** A read side with so many datastreams, half of them of one property, in pages as the query API gives them. */
function readersWith(datastreamCount: number): { run: ReadPool['run'] } {
  const run = async ({ afterId, limit }: { afterId: number; limit: number }) => {
    const last = Math.min(afterId + limit, datastreamCount);
    const datastreams = Array.from({ length: last - afterId }, (_, index) => ({
      key: 'more than is asked for',
      property: { key: (afterId + index) % 2 === 0 ? 'wbgt' : 'utci' },
    }));
    const next = last === datastreamCount ? null : `http://127.0.0.1/api/v1/datastreams?after=${last}&limit=${limit}`;
    return ok({ kind: 'part', body: new TextEncoder().encode(JSON.stringify({ datastreams, next })) });
  };
  return { run: run as unknown as ReadPool['run'] };
}

describe('the use of properties', () => {
  it.each([
    [0, [], true],
    [
      7,
      [
        ['wbgt', 4],
        ['utci', 3],
      ],
      true,
    ],
    [
      2_500,
      [
        ['wbgt', 1_250],
        ['utci', 1_250],
      ],
      true,
    ],
    [
      5_000,
      [
        ['wbgt', 2_500],
        ['utci', 2_500],
      ],
      true,
    ],
    [
      5_001,
      [
        ['wbgt', 2_500],
        ['utci', 2_500],
      ],
      false,
    ],
  ])('is counted over all pages up to a bound: %i datastreams', async (count, counted, complete) => {
    const usage = await createPropertyUsage(readersWith(count), PUBLIC_OF_OPEN_CLOUD, () => 0)();
    expect(usage).toEqual({ datastreams: new Map(counted as [string, number][]), complete });
  });
});
