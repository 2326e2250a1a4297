/**
 * A datastream is the unit of identity: one sensor, one observed property, one feature of interest, one procedure
 * (interval length included). Its key is those four names, so it is the same after every restart, on every machine:
 * `{feature}.{sensor}.{property}.{procedure}`, unique within one organisation.
 */
export type DatastreamKey = string & { readonly __brand: 'DatastreamKey' };

export interface DatastreamKeyParts {
  /** Measuring point, with `_in` or `_out` behind it where a direction is counted. */
  readonly feature: string;
  readonly sensor: string;
  /** The `name` of the observed property in the catalogue, as in its IRI. */
  readonly property: string;
  readonly procedure: string;
}

/** A name that may stand in a key and in an IRI: lower-case letters, digits and inner hyphens, at most 64. */
export const NAME = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const KEY =
  /^[a-z0-9][a-z0-9-]{0,63}(?:_in|_out)?\.[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9][a-z0-9-]{0,63}\.[a-z0-9][a-z0-9-]{0,63}$/;

export function datastreamKey({ feature, sensor, property, procedure }: DatastreamKeyParts): DatastreamKey {
  const key = `${feature}.${sensor}.${property}.${procedure}`;
  if (!isDatastreamKey(key)) throw new RangeError(`"${key}" is no datastream key`);
  return key;
}

export function isDatastreamKey(text: string): text is DatastreamKey {
  return KEY.test(text);
}

export function splitDatastreamKey(key: DatastreamKey): DatastreamKeyParts {
  const [feature = '', sensor = '', property = '', procedure = ''] = key.split('.');
  return { feature, sensor, property, procedure };
}
