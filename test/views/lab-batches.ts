import type { Batch } from '@meetbrug/protocols/delivery';
import { type DatastreamDescription, type DatastreamKey, datastreamKey } from '@meetbrug/protocols/observation';

export const STREAM = 'heat-stress';
export const START_MS = Date.UTC(2026, 0, 20, 22, 17);

/** A datastream of the lab; each organisation has all of them, under the same names. */
export const DATASTREAMS: readonly DatastreamDescription[] = [
  describe('plein', 'air-temperature', 'luchttemperatuur', 3.72),
  describe('plein', 'relative-humidity', 'relatieve-luchtvochtigheid', 3.72),
  describe('kaai', 'air-temperature', 'luchttemperatuur', 4.4),
];

function describe(
  place: string,
  property: DatastreamDescription['property'],
  name: string,
  longitude: number,
): DatastreamDescription {
  return {
    datastream: datastreamKey({ feature: place, sensor: `${place}-1`, property: name, procedure: 'momentaan' }),
    version: 1,
    validFromMs: START_MS - 1,
    property,
    measuringPoint: { name: place, label: place, longitude, latitude: 51.05 },
    sensor: { name: `${place}-1`, manufacturer: 'Maker', model: 'Model' },
    procedure: { name: 'momentaan', label: 'momentane meting' },
    licence: 'https://example.org/licence',
  };
}

export interface LabObservation {
  /** Index in {@link DATASTREAMS}. */
  readonly datastream: number;
  readonly beginMs: number;
  readonly value: number;
}

/** One uplink with these observations, described each time: the cloud knows what it knows already. */
export function labBatch(epoch: string, sequence: number, observations: readonly LabObservation[]): Batch {
  return {
    version: 1,
    epoch,
    datastreams: DATASTREAMS.map(({ datastream }): [DatastreamKey, number] => [datastream, 1]),
    descriptions: [...DATASTREAMS],
    uplinks: [
      [
        sequence,
        START_MS,
        observations.map(({ datastream, beginMs, value }) => [datastream, beginMs, null, beginMs, String(value), 0]),
      ],
    ],
  };
}
