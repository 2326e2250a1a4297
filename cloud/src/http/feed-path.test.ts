import { viewDefinitionSchema } from '@meetbrug/protocols/ldes';
import { describe, expect, test } from 'vitest';
import type { ServedViews } from '../views/served-views.ts';
import { locateFeed } from './feed-path.ts';

/** Every stream of `demo` has these views. */
const KINDS = ['by-page', 'by-time', 'by-location', 'by-property', 'by-datastream', 'latest'];
const views: Pick<ServedViews, 'find'> = {
  find: (organisation, stream, view) =>
    organisation === 'demo' && KINDS.includes(view)
      ? {
          organisation,
          stream,
          definition: viewDefinitionSchema.parse({ kind: view }),
          retention: undefined,
          version: '1',
          droppedVersion: '0',
          closed: false,
        }
      : undefined,
};

const KEY = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';

describe('a feed path', () => {
  test.each([
    ['/ldes/demo/heat-stress', undefined, ''],
    ['/ldes/demo/heat-stress/by-page', 'by-page', ''],
    ['/ldes/demo/heat-stress/by-page/page/12', 'by-page', 'page/12'],
    ['/ldes/demo/heat-stress/by-page/index/2/0', 'by-page', 'index/2/0'],
    ['/ldes/demo/heat-stress/by-time/2026-11/04', 'by-time', '2026-11/04'],
    ['/ldes/demo/heat-stress/by-time/2026-11/04/2026/11/03/09/page/0', 'by-time', '2026-11/04/2026/11/03/09/page/0'],
    [`/ldes/demo/heat-stress/by-datastream/2026-11/${KEY}`, 'by-datastream', `2026-11/${KEY}`],
    ['/ldes/demo/heat-stress/by-location/2026-11/z10-523-340', 'by-location', '2026-11/z10-523-340'],
    ['/ldes/demo/heat-stress/latest/bucket/7', 'latest', 'bucket/7'],
  ])('in its one spelling leads there: %s', (path, view, below) => {
    expect(locateFeed(path, views)).toEqual({
      canonical: path,
      target: { organisation: 'demo', stream: 'heat-stress', view, path: below },
    });
  });

  test.each([
    ['/ldes/demo/heat-stress/', '/ldes/demo/heat-stress'],
    ['//ldes/demo//heat-stress/by-page//', '/ldes/demo/heat-stress/by-page'],
    ['/ldes/demo/heat-stress/by-page/page/007', '/ldes/demo/heat-stress/by-page/page/7'],
    ['/ldes/demo/heat-stress/by-page/page/00', '/ldes/demo/heat-stress/by-page/page/0'],
    ['/ldes/demo/heat-stress/by-page/index/01/00', '/ldes/demo/heat-stress/by-page/index/1/0'],
    ['/ldes/demo/heat-stress/latest/bucket/07', '/ldes/demo/heat-stress/latest/bucket/7'],
    [
      '/ldes/demo/heat-stress/by-time/2026-11/04/2026/11/03/09/page/01?',
      '/ldes/demo/heat-stress/by-time/2026-11/04/2026/11/03/09/page/1',
    ],
    ['/ldes/demo/heat-stress/by-page/page/1?x=2', '/ldes/demo/heat-stress/by-page/page/1'],
    ['/ldes/demo/heat-stress/by-page/page/1?', '/ldes/demo/heat-stress/by-page/page/1'],
    ['/ldes/demo/heat%2Dstress', '/ldes/demo/heat-stress'],
    ['/ldes/./demo/x/../heat-stress', '/ldes/demo/heat-stress'],
  ])('%s is spelled %s', (path, expected) => {
    expect(locateFeed(path, views)?.canonical).toBe(expected);
  });

  test.each([
    ['/ldes'],
    ['/ldes/demo'],
    ['/ldes/other/heat-stress'],
    ['/ldes/demo/heat-stress/by-colour'],
    ['/ldes/demo/heat-stress/by-page/page'],
    ['/ldes/demo/heat-stress/by-page/page/-1'],
    ['/ldes/demo/heat-stress/by-page/page/1/2'],
    ['/ldes/demo/heat-stress/by-page/index/0/1'],
    ['/ldes/demo/heat-stress/by-time/2026-13'],
    ['/ldes/demo/heat-stress/by-time/2026-11/4'],
    ['/ldes/demo/heat-stress/latest/bucket/64'],
    ['/ldes/demo/%'],
    ['/ldes/demo/../../etc/passwd'],
    [`/ldes/demo/${'a'.repeat(4_000)}`],
  ])('%s is none', (path) => {
    expect(locateFeed(path, views)).toBeUndefined();
  });
});
