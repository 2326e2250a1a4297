import { describe, expect, it } from 'vitest';
import { type Loss, unnamedLosses } from './name-losses.ts';
import type { ReportedGap } from './read-gaps.ts';

const loss = (datastream: string, beginMs: number, uplink = beginMs): Loss => ({
  iri: `${datastream}/${beginMs}`,
  datastream,
  beginMs,
  uplink,
});
const gap = (datastream: string | undefined, observations: number, firstMs: number, lastMs: number): ReportedGap => ({
  datastream,
  reason: 'dropped',
  observations,
  firstMs,
  lastMs,
});
const unnamed = (losses: readonly Loss[], gaps: readonly ReportedGap[]) =>
  unnamedLosses(losses, gaps).map(({ iri }) => iri);

describe('a loss', () => {
  it.each([
    ['without any report', [], ['a/5']],
    ['outside the period of the report', [gap('a', 1, 6, 9)], ['a/5']],
    ['of another datastream than the report', [gap('b', 1, 0, 9)], ['a/5']],
    ['that a report of its datastream covers', [gap('a', 1, 5, 5)], []],
    ['that a report without a datastream counts', [gap(undefined, 1, 0, 0)], []],
  ])('%s', (_, gaps, expected) => {
    expect(unnamed([loss('a', 5)], gaps)).toEqual(expected);
  });

  it('is not named by a report that others have used up, and takes the report that ends first', () => {
    const losses = [loss('a', 1), loss('a', 2), loss('b', 3)];
    expect(unnamed(losses, [gap('a', 1, 1, 2)])).toEqual(['a/2', 'b/3']);
    expect(unnamed(losses, [gap(undefined, 1, 0, 0), gap('a', 1, 0, 9), gap('a', 1, 2, 2)])).toEqual([]);
  });

  it('leaves the report that ends later to what only that one can name', () => {
    const losses = [loss('a', 8), loss('a', 9), loss('a', 11), loss('a', 12)];
    expect(unnamed(losses, [gap('a', 2, 8, 12), gap('a', 2, 0, 10)])).toEqual([]);
  });

  it('is accounted for by uplink where the report does not know the datastream', () => {
    const losses = [loss('a', 1, 7), loss('b', 1, 7), loss('c', 1, 7), loss('a', 2, 8)];
    expect(unnamed(losses, [gap(undefined, 1, 0, 0)])).toEqual(['a/2']);
    expect(unnamed(losses, [gap(undefined, 2, 0, 0)])).toEqual([]);
  });
});
