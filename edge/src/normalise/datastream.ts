import {
  compareDecimals,
  type DatastreamDescription,
  type DatastreamKey,
  type Decimal,
  type Direction,
  datastreamKey,
} from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type ObservedProperty, type PropertyKey } from '@meetbrug/protocols/properties';

/** What describes a datastream, before the outbox has given it a version. */
export type DatastreamContent = Omit<DatastreamDescription, 'version' | 'validFromMs'>;

/** One datastream of this edge with what a value needs on its way into it. */
export interface Datastream {
  readonly key: DatastreamKey;
  readonly property: ObservedProperty;
  /** Values are rounded half-even to a multiple of this. */
  readonly resolution: Decimal;
  readonly content: DatastreamContent;
}

export type Procedure = DatastreamDescription['procedure'];

export const INSTANT_PROCEDURE: Procedure = { name: 'momentaan', label: 'momentane meting' };
export const LEVEL_PROCEDURE: Procedure = { name: 'peil-uit-afstand', label: 'peil berekend uit de gemeten afstand' };

/** Counting over an interval; its length is part of the procedure and so of the datastream's identity. */
export function countProcedure(intervalSeconds: number): Procedure {
  return { name: `telling-${intervalSeconds}s`, label: `telling over ${intervalSeconds} seconden`, intervalSeconds };
}

export interface DatastreamParts {
  readonly property: PropertyKey;
  readonly measuringPoint: DatastreamDescription['measuringPoint'];
  readonly sensor: DatastreamDescription['sensor'];
  readonly procedure: Procedure;
  readonly licence: string;
  readonly direction?: Direction;
  /** The device's own resolution, used where it is finer than the property's. */
  readonly resolution?: Decimal;
}

export function datastream(parts: DatastreamParts): Datastream {
  const { measuringPoint, sensor, procedure, licence, direction, resolution } = parts;
  const property = OBSERVED_PROPERTIES[parts.property];
  const key = datastreamKey({
    feature: direction === undefined ? measuringPoint.name : `${measuringPoint.name}_${direction}`,
    sensor: sensor.name,
    property: property.name,
    procedure: procedure.name,
  });
  const finer = resolution !== undefined && compareDecimals(resolution, property.resolution) < 0;
  return {
    key,
    property,
    resolution: finer ? resolution : property.resolution,
    content: {
      datastream: key,
      property: parts.property,
      measuringPoint,
      ...(direction === undefined ? {} : { direction }),
      sensor,
      procedure,
      licence,
    },
  };
}
