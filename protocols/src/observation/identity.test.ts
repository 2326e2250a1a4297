import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datastreamKey, isDatastreamKey, splitDatastreamKey } from './datastream-key.ts';
import { organisationIris } from './iris.ts';
import { packQuality, QUALITY_CODE_MAX, QUALITY_FLAGS, TIME_SOURCES, unpackQuality } from './quality.ts';

const parts = { feature: 'veld-03_in', sensor: 'vs350-03', property: 'aantal-voetganger', procedure: 'telling-600s' };
const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe('a datastream key', () => {
  it('is its four names, and gives them back', () => {
    const key = datastreamKey(parts);
    expect(key).toBe('veld-03_in.vs350-03.aantal-voetganger.telling-600s');
    expect(splitDatastreamKey(key)).toEqual(parts);
  });

  it('is different for different names', () => {
    fc.assert(
      fc.property(fc.tuple(name, name, name, name), fc.tuple(name, name, name, name), (a, b) => {
        const key = ([feature, sensor, property, procedure]: typeof a) =>
          datastreamKey({ feature, sensor, property, procedure });
        expect(key(a) === key(b)).toBe(a.join('|') === b.join('|'));
      }),
      { seed: 41 },
    );
  });

  it.each(['', 'a.b.c', 'a.b.c.d.e', 'A.b.c.d', 'a/../b.b.c.d', 'a.b.c.d ', 'a_x.b.c.d', '-a.b.c.d'])(
    'is not %j',
    (text) => {
      expect(isDatastreamKey(text)).toBe(false);
    },
  );
});

describe('the IRIs of an organisation', () => {
  const iris = organisationIris('https://data.example/prefix', 'demo');
  const key = datastreamKey(parts);

  it('name an observation by datastream and begin, and its version by revision', () => {
    const beginMs = Date.UTC(2026, 6, 1, 11, 50);
    expect(iris.observation(key, beginMs)).toBe(
      `https://data.example/prefix/id/demo/observatie/${key}/2026-07-01T11:50:00Z`,
    );
    expect(iris.observationVersion(key, beginMs, 17)).toBe(`${iris.observation(key, beginMs)}#17`);
  });

  it('name a counted direction as a feature of its own', () => {
    expect(iris.measuringPoint('fmn-021', 'in')).toBe(
      'https://data.example/prefix/id/demo/verkeersmeetpunt/fmn-021/inDirection',
    );
    expect(iris.measuringPoint('ws-012')).toBe('https://data.example/prefix/id/demo/meetpunt/ws-012');
  });
});

describe('packed quality', () => {
  it('survives packing, for every time source and set of flags', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TIME_SOURCES), fc.subarray([...QUALITY_FLAGS]), (timeSource, flags) => {
        const code = packQuality({ timeSource, flags });
        expect(code).toBeLessThanOrEqual(QUALITY_CODE_MAX);
        expect(unpackQuality(code)).toEqual({ timeSource, flags });
      }),
      { seed: 42 },
    );
  });

  it.each([-1, 1.5, 7, QUALITY_CODE_MAX + 1])('is not %d', (code) => {
    expect(unpackQuality(code)).toBeUndefined();
  });
});
