import { describe, expect, test } from 'vitest';
import { canonicalFeedPath, parseFeedPath } from './feed-path.ts';

describe('a feed path', () => {
  test.each([
    ['/ldes/demo/heat-stress', undefined],
    ['/ldes/demo/by-page', undefined],
    ['/ldes/demo/heat-stress/by-page', 'root'],
    ['/ldes/demo/heat-stress/by-page/page/12', { level: 0, index: 12 }],
    ['/ldes/demo/heat-stress/by-page/index/2/0', { level: 2, index: 0 }],
  ])('%s leads to %j', (path, node) => {
    expect(parseFeedPath(path)).toMatchObject({ organisation: 'demo' });
    expect(parseFeedPath(path)?.node).toEqual(node);
  });

  test.each([
    ['/ldes/demo/heat-stress/', '/ldes/demo/heat-stress'],
    ['//ldes/demo//heat-stress/by-page//', '/ldes/demo/heat-stress/by-page'],
    ['/ldes/demo/heat-stress/by-page/page/007', '/ldes/demo/heat-stress/by-page/page/7'],
    ['/ldes/demo/heat-stress/by-page/index/01/00', '/ldes/demo/heat-stress/by-page/index/1/0'],
    ['/ldes/demo/heat-stress/by-page/page/1?x=2', '/ldes/demo/heat-stress/by-page/page/1'],
    ['/ldes/demo/heat%2Dstress', '/ldes/demo/heat-stress'],
  ])('%s is spelled %s', (path, expected) => {
    expect(canonicalFeedPath(path)).toBe(expected);
  });

  test.each([
    ['/ldes'],
    ['/ldes/demo'],
    ['/ldes/demo/heat-stress/latest'],
    ['/ldes/demo/heat-stress/by-page/page'],
    ['/ldes/demo/heat-stress/by-page/page/-1'],
    ['/ldes/demo/heat-stress/by-page/page/1/2'],
    ['/ldes/demo/heat-stress/by-page/index/0/1'],
    ['/ldes/demo/%'],
    ['/ldes/demo/../../etc/passwd'],
    [`/ldes/demo/${'a'.repeat(400)}`],
  ])('%s is none', (path) => {
    expect(canonicalFeedPath(path)).toBeUndefined();
  });
});
