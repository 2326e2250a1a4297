import { describe, expect, test } from 'vitest';
import { locateId, tidiedIdPath } from './id-path.ts';

const KEY = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';
const OBSERVATION = `/id/demo/observatie/${KEY}/2026-07-01T12:00:00Z`;

describe('an IRI below /id/', () => {
  test.each(['meetpunt/ws-1', 'verkeersmeetpunt/ws-1/inDirection', `datastream/${KEY}`, `hiaat/${KEY}/dropped/17`])(
    'names an entity: %s',
    (path) => {
      const canonical = `/id/demo/${path}`;
      expect(locateId(canonical)).toEqual({ canonical, target: { kind: 'entity', organisation: 'demo', path } });
    },
  );

  test.each([
    OBSERVATION,
    OBSERVATION.replaceAll(':', '%3A'),
    OBSERVATION.replace('Z', '.000Z'),
    OBSERVATION.replace('Z', '+00:00'),
    OBSERVATION.replace('12:00:00Z', '14:00:00+02:00'),
    `/${OBSERVATION}/?x=1`,
  ])('names an observation, however its begin is written: %s', (path) => {
    expect(locateId(path)).toEqual({
      canonical: OBSERVATION,
      target: { kind: 'observation', organisation: 'demo', datastream: KEY, beginMs: Date.UTC(2026, 6, 1, 12) },
    });
  });

  test.each([
    '/id',
    '/id/demo',
    '/id/demo/meetpunt',
    '/id/Demo/meetpunt/ws-1',
    '/id/demo/meetpunt/..',
    '/id/demo/meetpunt/%',
    '/id/demo/meetpunt/<script>',
    `/id/demo/observatie/${KEY}`,
    `/id/demo/observatie/${KEY}/yesterday`,
    `/id/demo/observatie/no-key/2026-07-01T12:00:00Z`,
    `${OBSERVATION}/1`,
    `/id/demo/${'a/'.repeat(1_000)}b`,
    '/ldes/demo/meetpunt/ws-1',
  ])('is none: %s', (path) => {
    expect(locateId(path)).toBeUndefined();
  });

  test.each([
    ['/id/demo//meetpunt/ws%2D1/', '/id/demo/meetpunt/ws-1'],
    ['/id/concept/thema?a', '/id/concept/thema'],
    ['/id/demo/%', undefined],
  ])('is tidied, whatever it names: %s', (path, expected) => {
    expect(tidiedIdPath(path)).toBe(expected);
  });
});
