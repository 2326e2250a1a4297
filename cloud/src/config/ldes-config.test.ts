import { describe, expect, test } from 'vitest';
import { configuredFeeds, ldesSchema } from './ldes-config.ts';

const ORGANISATIONS = [{ name: 'demo', streams: ['heat-stress', 'mobility'] }];

function namesOf(fields: object): Record<string, string[]> {
  const feeds = configuredFeeds(ldesSchema.parse(fields), ORGANISATIONS, []);
  return Object.fromEntries(
    feeds.map(({ organisation, stream, views }) => [
      `${organisation}/${stream}`,
      views.map(({ definition }) => definition.name),
    ]),
  );
}

function faultOf(fields: object): string {
  const parsed = ldesSchema.safeParse(fields);
  return parsed.success ? '' : parsed.error.issues.map(({ message }) => message).join('; ');
}

describe('the configuration of feeds', () => {
  test('gives every stream by-page, also without a word', () => {
    expect(namesOf({})).toEqual({
      'demo/heat-stress': ['by-page'],
      'demo/mobility': ['by-page'],
      'demo/sensors': ['by-page'],
    });
  });

  test('gives a view to every stream that it suits, and to those of all organisations', () => {
    expect(namesOf({ views: [{ kind: 'by-time' }, { kind: 'latest' }], allStreams: ['mobility'] })).toEqual({
      'demo/heat-stress': ['by-page', 'by-time', 'latest'],
      'demo/mobility': ['by-page', 'by-time', 'latest'],
      'demo/sensors': ['by-page', 'by-time'],
      'all/mobility': ['by-page', 'by-time', 'latest'],
    });
  });

  test('gives a view to the streams it names only', () => {
    const views = [{ kind: 'by-location', name: 'tiles', zoom: 12, streams: ['mobility'] }];
    expect(namesOf({ views })).toMatchObject({
      'demo/heat-stress': ['by-page'],
      'demo/mobility': ['by-page', 'tiles'],
    });
  });

  test('keeps what retention says, by-page by itself and each view by its own', () => {
    const ldes = ldesSchema.parse({
      retention: { days: 365 },
      views: [{ kind: 'by-time', retention: { start: '2026-01-01T00:00:00+01:00', versions: 2 } }, { kind: 'latest' }],
    });
    const [feed] = configuredFeeds(ldes, ORGANISATIONS, []);
    expect(feed?.views.map(({ retention }) => retention)).toEqual([
      { days: 365 },
      { versions: 2, startMs: Date.UTC(2025, 11, 31, 23) },
      undefined,
    ]);
  });

  test.each([
    ['two views of one name', { views: [{ kind: 'by-time' }, { kind: 'by-time', pageSize: 5 }] }, 'another name'],
    ['a view called by-page', { views: [{ kind: 'by-page' }] }, 'there is a view by-page already'],
    [
      'places in sensors',
      { views: [{ kind: 'by-location', streams: ['sensors'] }] },
      'by-location does not suit sensors',
    ],
    ['retention without a word', { retention: {} }, 'names nothing that stays'],
    ['retention of latest', { views: [{ kind: 'latest', retention: { days: 3 } }] }, 'retention'],
    ['a start without a zone', { retention: { start: '2026-01-01T00:00:00' } }, 'ISO datetime'],
    ['a theme twice', { allStreams: ['mobility', 'mobility'] }, 'twice'],
  ])('refuses %s', (_, fields, message) => {
    expect(faultOf(fields)).toContain(message);
  });
});
