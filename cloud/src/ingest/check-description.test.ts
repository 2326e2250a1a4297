import { describe, expect, test } from 'vitest';
import { readDescription } from './check-description.ts';

const DESCRIPTION = {
  datastream: 'meetpunt-1_in.sensor-1.aantal-voetganger.telling-600s',
  version: 3,
  validFromMs: 1,
  property: 'pedestrian-count',
  measuringPoint: { name: 'meetpunt-1', label: 'Meetpunt 1', longitude: 3.7, latitude: 51 },
  direction: 'in',
  sensor: { name: 'sensor-1', manufacturer: 'Milesight', model: 'VS350' },
  procedure: { name: 'telling-600s', label: 'telling', intervalSeconds: 600 },
  licence: 'https://example.org/licence',
};

describe('a description', () => {
  test('is read when its content agrees with its key', () => {
    expect(readDescription(DESCRIPTION)).toEqual({ ok: true, value: DESCRIPTION });
  });

  test.each([
    ['another place', { measuringPoint: { ...DESCRIPTION.measuringPoint, name: 'elders' } }],
    ['another direction', { direction: 'out' }],
    ['another sensor', { sensor: { ...DESCRIPTION.sensor, name: 'sensor-2' } }],
    ['another property', { property: 'air-temperature' }],
    ['another procedure', { procedure: { ...DESCRIPTION.procedure, name: 'momentaan' } }],
    ['a property that the catalogue lacks', { property: 'wind-speed' }],
  ])('that says %s than its key is refused, with its name', (_, change) => {
    const read = readDescription({ ...DESCRIPTION, ...change });
    expect(read).toMatchObject({
      ok: false,
      fault: { code: 'unknown-property', head: { datastream: DESCRIPTION.datastream, version: 3 } },
    });
  });

  test.each([[null], ['text'], [{}], [{ datastream: 'x', version: 1 }]])('that is %j has no name', (candidate) => {
    expect(readDescription(candidate)).toMatchObject({ ok: false, fault: { head: undefined } });
  });
});
