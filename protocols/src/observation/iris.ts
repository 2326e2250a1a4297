import type { DatastreamKey } from './datastream-key.ts';
import { type EpochMs, formatInstant } from './instant.ts';

export type Direction = 'in' | 'out';

/** INSPIRE's LinkDirectionValue names for the two directions of a counting line. */
const DIRECTION_NAMES: Record<Direction, string> = { in: 'inDirection', out: 'inOppositeDirection' };

/** Every IRI that an organisation's data mints, from the cloud's public base URL. All dereference below `/id/`. */
export interface OrganisationIris {
  datastream(key: DatastreamKey): string;
  observation(key: DatastreamKey, beginMs: EpochMs): string;
  /** The version IRI: what a member of the stream is called. */
  observationVersion(key: DatastreamKey, beginMs: EpochMs, revision: number): string;
  measuringPoint(name: string, direction?: Direction): string;
  sensor(name: string): string;
  procedure(name: string): string;
  /** A place or thing that a measuring point samples: a street, a watercourse, a square. */
  sampledFeature(name: string): string;
  /** The event stream of a theme or of `sensors`. */
  stream(stream: string): string;
}

/** @param publicBaseUrl scheme, host, optional path prefix; no trailing slash */
export function organisationIris(publicBaseUrl: string, organisation: string): OrganisationIris {
  const id = `${publicBaseUrl}/id/${organisation}`;
  const observation = (key: DatastreamKey, beginMs: EpochMs) => `${id}/observatie/${key}/${formatInstant(beginMs)}`;
  return {
    datastream: (key) => `${id}/datastream/${key}`,
    observation,
    observationVersion: (key, beginMs, revision) => `${observation(key, beginMs)}#${revision}`,
    measuringPoint: (name, direction) =>
      direction === undefined
        ? `${id}/meetpunt/${name}`
        : `${id}/verkeersmeetpunt/${name}/${DIRECTION_NAMES[direction]}`,
    sensor: (name) => `${id}/sensor/${name}`,
    procedure: (name) => `${id}/procedure/${name}`,
    sampledFeature: (name) => `${id}/gebied/${name}`,
    stream: (stream) => `${publicBaseUrl}/ldes/${organisation}/${stream}`,
  };
}

/** The IRI of an observed property; the catalogue is shared by all organisations of one cloud. */
export function propertyIri(publicBaseUrl: string, propertyPath: string): string {
  return `${publicBaseUrl}/id/${propertyPath}`;
}
