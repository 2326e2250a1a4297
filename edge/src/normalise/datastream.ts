import {
  compareDecimals,
  type DatastreamDescription,
  type DatastreamKey,
  type Decimal,
  type Direction,
  datastreamKey,
  type EpochMs,
} from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type ObservedProperty, type PropertyKey } from '@meetbrug/protocols/properties';
import type { DatedPlace } from '../descriptions/place-history.ts';
import { qualityRules } from '../quality/default-quality-rules.ts';
import type { QualityRules } from '../quality/quality-rules.ts';

/** What describes a datastream, before the outbox has given it a version. */
export type DatastreamContent = Omit<DatastreamDescription, 'version' | 'validFromMs'>;

/** One datastream of this edge with what a value needs on its way into it. */
export interface Datastream {
  readonly key: DatastreamKey;
  readonly property: ObservedProperty;
  /** Values are rounded half-even to a multiple of this. */
  readonly resolution: Decimal;
  /** What its values are judged by; absent where nothing is declared. */
  readonly rules?: QualityRules;
  /** What holds before the first dated change. */
  readonly content: DatastreamContent;
  /** What holds from a moment on that the configuration names, oldest first. */
  readonly history: readonly DatedContent[];
}

export interface DatedContent {
  readonly validFromMs: EpochMs;
  readonly content: DatastreamContent;
}

export type Procedure = DatastreamDescription['procedure'];

export const INSTANT_PROCEDURE: Procedure = { name: 'momentaan', label: 'momentane meting' };
export const LEVEL_PROCEDURE: Procedure = { name: 'peil-uit-afstand', label: 'peil berekend uit de gemeten afstand' };

/** Counts between two readings of a counter: intervals as long as the time between two uplinks. */
export function counterProcedure(counter: DatastreamKey): Procedure {
  return {
    name: 'telling-uit-tellerstand',
    label: 'telling berekend uit twee opeenvolgende tellerstanden',
    derivedFrom: [counter],
  };
}

/** Counting over an interval; its length is part of the procedure and so of the datastream's identity. */
export function countProcedure(intervalSeconds: number): Procedure {
  return { name: `telling-${intervalSeconds}s`, label: `telling over ${intervalSeconds} seconden`, intervalSeconds };
}

export interface DatastreamParts {
  readonly property: PropertyKey;
  readonly measuringPoint: DatastreamDescription['measuringPoint'];
  /** The dated changes of the measuring point. */
  readonly history?: readonly DatedPlace[];
  readonly deployedFromMs?: EpochMs | undefined;
  readonly contact?: DatastreamDescription['contact'];
  readonly sensor: DatastreamDescription['sensor'];
  readonly procedure: Procedure;
  readonly licence: string;
  readonly direction?: Direction;
  /** The device's own resolution, used where it is finer than the property's. */
  readonly resolution?: Decimal;
  /** Quality rules of this device that take the place of the catalogue's, by property. */
  readonly quality?: QualityOverrides;
}

export type QualityOverrides = { readonly [Property in PropertyKey]?: QualityRules | undefined };

export function datastream(parts: DatastreamParts): Datastream {
  const { measuringPoint, sensor, procedure, licence, direction, resolution } = parts;
  const property = OBSERVED_PROPERTIES[parts.property];
  const key = datastreamKey({
    feature: direction === undefined ? measuringPoint.name : `${measuringPoint.name}_${direction}`,
    sensor: sensor.name,
    property: property.name,
    procedure: procedure.name,
  });
  const rules = qualityRules(parts.property, parts.quality?.[parts.property]);
  const finer = resolution !== undefined && compareDecimals(resolution, property.resolution) < 0;
  const content = (place: DatastreamDescription['measuringPoint']): DatastreamContent => ({
    datastream: key,
    property: parts.property,
    measuringPoint: place,
    ...(direction === undefined ? {} : { direction }),
    sensor,
    procedure,
    licence,
    ...(parts.deployedFromMs === undefined ? {} : { deployedFromMs: parts.deployedFromMs }),
    ...(parts.contact === undefined ? {} : { contact: parts.contact }),
  });
  return {
    key,
    property,
    resolution: finer ? resolution : property.resolution,
    ...(Object.keys(rules).length === 0 ? {} : { rules }),
    content: content(measuringPoint),
    history: (parts.history ?? []).map(({ validFromMs, place }) => ({ validFromMs, content: content(place) })),
  };
}

/** What a datastream at the same place of the same sensor has in common with this one: for values derived from it. */
export function commonParts({ content, history }: Datastream) {
  const { measuringPoint, sensor, licence, deployedFromMs, contact } = content;
  return {
    measuringPoint,
    history: history.map(({ validFromMs, content: dated }) => ({ validFromMs, place: dated.measuringPoint })),
    sensor,
    licence,
    ...(deployedFromMs === undefined ? {} : { deployedFromMs }),
    ...(contact === undefined ? {} : { contact }),
  } satisfies Partial<DatastreamParts>;
}
