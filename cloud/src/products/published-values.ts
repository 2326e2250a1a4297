import { type EpochMs, formatObservedValue } from '@meetbrug/protocols/observation';
import { coldRowsOf } from '../cold/cold-rows.ts';
import type { Store } from '../log/open-store.ts';
import { quarterOf } from '../log/schema.ts';
import { fromStoredValue, type StoredValue } from '../log/stored-value.ts';

/** The current version of a value, as text, with the end of its interval. */
export interface PublishedValue {
  readonly value: string;
  readonly endMs: EpochMs | undefined;
}

/** Reads what is published of a datastream at one begin, in the store or in the file of a closed month. */
export function createPublishedValues(
  store: Store,
): (organisation: string, key: string, beginMs: EpochMs) => PublishedValue | undefined {
  const cold = coldRowsOf(store);
  const id = store.prepare<[string, string], { id: number }>(
    'SELECT id FROM datastream WHERE organisation = ? AND key = ?',
  );
  const select = store.prepare<[number, number, number], StoredValue & { endMs: number | null }>(`
    SELECT mantissa, scale, below, end_ms AS endMs FROM series WHERE quarter = ? AND datastream = ? AND begin_ms = ?`);
  return (organisation, key, beginMs) => {
    const datastream = id.get(organisation, key)?.id;
    if (datastream === undefined) return undefined;
    const row = select.get(quarterOf(beginMs), datastream, beginMs) ?? cold.find(datastream, beginMs);
    return row && { value: formatObservedValue(fromStoredValue(row)), endMs: row.endMs ?? undefined };
  };
}
