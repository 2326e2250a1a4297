import type { SetName } from './model.ts';
import type { PropertyValue } from './values.ts';

/** One thing that the API gives, of any set. */
export interface Entity {
  readonly set: SetName;
  /** A number; text of digits for observations, see {@link observationId}. */
  readonly id: number | string;
  /** The value of a property of its set; null or undefined when it has none. */
  property(name: string): PropertyValue;
  /** What a relation leads to; observations are read by {@link observationScope}. */
  related(relation: string): readonly Entity[];
  /** The datastreams whose observations the relation `Observations` leads to. */
  observationScope(): readonly number[];
}

/** Negative, zero or positive, as whole numbers of any length. */
export function compareIds(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, other] = [String(a), String(b)];
  return one.length - other.length || (one < other ? -1 : one > other ? 1 : 0);
}

/** Ids compare as whole numbers, whichever set they are of. */
export function comparableId({ id }: Entity): bigint {
  return BigInt(id);
}
