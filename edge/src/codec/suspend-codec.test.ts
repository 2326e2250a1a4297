import { fail, ok } from '@meetbrug/protocols/result';
import { expect, it } from 'vitest';
import type { Codec } from './codec.ts';
import { suspendAfterDeadlines } from './suspend-codec.ts';
import { INPUT } from './testing/open-codec.ts';

const OUTCOMES = {
  late: fail('codec-deadline', 'late'),
  wrong: fail('codec-threw', 'wrong'),
  good: ok({ data: {}, warnings: [] }),
};

/** Plays outcomes at times; says what came out, `suspended` where the codec was not called. */
function play(steps: readonly (readonly [atMs: number, outcome: keyof typeof OUTCOMES])[]): string[] {
  let nowMs = 0;
  let next: keyof typeof OUTCOMES = 'good';
  const codec: Codec = { decode: () => OUTCOMES[next] };
  const suspending = suspendAfterDeadlines(codec, () => nowMs);
  return steps.map(([atMs, outcome]) => {
    nowMs = atMs;
    next = outcome;
    const output = suspending.decode(INPUT);
    return !output.ok && output.fault.code === 'codec-suspended' ? 'suspended' : outcome;
  });
}

it.each([
  [
    'after three deadlines in a row, for a minute',
    [
      [0, 'late'],
      [1, 'late'],
      [2, 'late'],
      [3, 'good'],
      [60_001, 'good'],
      [60_002, 'good'],
    ],
    'late late late suspended suspended good',
  ],
  [
    'again after one more when the minute is over',
    [
      [0, 'late'],
      [0, 'late'],
      [0, 'late'],
      [60_000, 'late'],
      [60_001, 'good'],
      [120_000, 'good'],
      [120_001, 'late'],
    ],
    'late late late late suspended good late',
  ],
  [
    'not while it is in time between',
    [
      [0, 'late'],
      [1, 'late'],
      [2, 'good'],
      [3, 'late'],
      [4, 'late'],
      [5, 'good'],
    ],
    'late late good late late good',
  ],
  [
    'not for other faults',
    [
      [0, 'wrong'],
      [1, 'wrong'],
      [2, 'wrong'],
      [3, 'good'],
    ],
    'wrong wrong wrong good',
  ],
] as const)('a codec is suspended %s', (_, steps, expected) => {
  expect(play(steps).join(' ')).toBe(expected);
});
