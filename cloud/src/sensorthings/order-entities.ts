import { compareIds, type Entity } from './entity.ts';
import { type EvaluationContext, evaluateFor } from './evaluate.ts';
import type { OrderKey } from './query-options.ts';
import type { SkipToken, SortKey } from './skip-token.ts';
import { DurationValue, TimeValue } from './values.ts';

/** An entity beside what it is sorted by. */
export interface Ordered {
  readonly entity: Entity;
  readonly keys: readonly SortKey[];
}

/** A place in an order: that of an entity, or of one that may be gone. */
type Place = { readonly keys: readonly SortKey[]; readonly id: number | string };

const TEXT_KEY_MAX = 200;
const ID_DIGITS = 30;

/** The sort keys of an entity; long text counts with its beginning, so that it fits into a token. */
export function keysOf(orderBy: readonly OrderKey[], entity: Entity, context: EvaluationContext): SortKey[] {
  return orderBy.map(({ expression }) => toSortKey(evaluateFor(expression, entity, context)));
}

/** Sorts by the keys, each in its direction, and then by id, so that no two are equal. */
export function sortEntities(entities: readonly Ordered[], orderBy: readonly OrderKey[]): Ordered[] {
  const placeOf = ({ entity, keys }: Ordered): Place => ({ keys, id: entity.id });
  return entities.toSorted((a, b) => comparePlaces(placeOf(a), placeOf(b), orderBy));
}

/** Whether an entity comes behind the place that a token names. */
export function isBehind({ entity, keys }: Ordered, token: SkipToken, orderBy: readonly OrderKey[]): boolean {
  return comparePlaces({ keys, id: entity.id }, token, orderBy) > 0;
}

function comparePlaces(a: Place, b: Place, orderBy: readonly OrderKey[]): number {
  for (const [index, { descending }] of orderBy.entries()) {
    const order = compareKeys(a.keys[index] ?? null, b.keys[index] ?? null);
    if (order !== 0) return descending ? -order : order;
  }
  return compareIds(a.id, b.id);
}

/** Null comes first; values of different types, which JSON may have, in the order of their types' names. */
function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1;
  return a < b ? -1 : 1;
}

function toSortKey(value: unknown): SortKey {
  if (value instanceof TimeValue) return value.beginMs;
  if (value instanceof DurationValue) return value.ms;
  if (typeof value === 'bigint') return String(value).padStart(ID_DIGITS, '0');
  if (typeof value === 'string') return value.slice(0, TEXT_KEY_MAX);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
