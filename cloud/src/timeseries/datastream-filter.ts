import type { Direction } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type PropertyKey, type Theme } from '@meetbrug/protocols/properties';

/** Which datastreams are meant; what is absent is not asked about. */
export interface DatastreamFilter {
  readonly organisation?: string;
  readonly measuringPoint?: string;
  /** One direction of a measuring point that counts. */
  readonly direction?: Direction;
  readonly property?: PropertyKey;
  readonly theme?: Theme;
}

export interface SqlCondition {
  /** Conditions on `datastream` and `stream`, each beginning with `AND`. */
  readonly sql: string;
  readonly values: readonly string[];
}

/**
 * A filter as SQL. A key holds measuring point, direction and property, and no wildcard of GLOB can be in one, so the key
 * itself is asked; where the measuring point is known its range of keys goes before, for the index.
 */
export function filterCondition({
  organisation,
  measuringPoint,
  direction,
  property,
  theme,
}: DatastreamFilter): SqlCondition {
  const conditions: Condition[] = [];
  if (organisation !== undefined) conditions.push(['datastream.organisation = ?', organisation]);
  if (theme !== undefined) conditions.push(['stream.name = ?', theme]);
  if (measuringPoint !== undefined) {
    conditions.push(['datastream.key >= ? AND datastream.key < ?', measuringPoint, `${measuringPoint}~`]);
  }
  if (measuringPoint === undefined && direction === undefined && property === undefined) return joined(conditions);
  const rest = `*.${property === undefined ? '*' : OBSERVED_PROPERTIES[property].name}.*`;
  const patterns = features(measuringPoint, direction).map((feature) => `${feature}.${rest}`);
  conditions.push([`(${patterns.map(() => 'datastream.key GLOB ?').join(' OR ')})`, ...patterns]);
  return joined(conditions);
}

type Condition = [sql: string, ...values: string[]];

function joined(conditions: readonly Condition[]): SqlCondition {
  return {
    sql: conditions.map(([sql]) => `AND ${sql}`).join(' '),
    values: conditions.flatMap(([, ...values]) => values),
  };
}

/** The first part of the keys of a measuring point: with each direction, and without one. */
function features(measuringPoint = '*', direction: Direction | undefined): string[] {
  if (direction !== undefined) return [`${measuringPoint}_${direction}`];
  return measuringPoint === '*' ? ['*'] : [measuringPoint, `${measuringPoint}_in`, `${measuringPoint}_out`];
}
