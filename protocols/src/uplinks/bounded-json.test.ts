import { describe, expect, it } from 'vitest';
import { isBoundedJson, JSON_DEPTH_MAX, JSON_VALUES_MAX } from './bounded-json.ts';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

describe('a parsed value', () => {
  it.each([
    ['a number', 7, true],
    ['null', null, true],
    ['as deep as is allowed', nested(JSON_DEPTH_MAX + 1), true],
    ['one level deeper', nested(JSON_DEPTH_MAX + 2), false],
    ['deep enough for a stack to end', nested(100_000), false],
    ['as many values as are allowed', Array(JSON_VALUES_MAX - 1).fill(0), true],
    ['one more', Array(JSON_VALUES_MAX).fill(0), false],
    ['many names', Object.fromEntries(Array.from({ length: JSON_VALUES_MAX }, (_, index) => [index, 0])), false],
  ])('%s is bounded or not', (_, value, bounded) => {
    expect(isBoundedJson(value)).toBe(bounded);
  });
});
