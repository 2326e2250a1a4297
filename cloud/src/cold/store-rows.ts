import type { Store } from '../log/open-store.ts';
import { mergeRowSources } from '../timeseries/merge-row-sources.ts';
import { createHotRows } from '../timeseries/read-hot-rows.ts';
import type { RowSource } from '../timeseries/row-source.ts';
import { createColdRowSource } from './cold-pages.ts';

/** All rows of a store: those in its table and those in the files of closed months. */
export function createStoreRows(store: Store): RowSource {
  return mergeRowSources(createHotRows(store), createColdRowSource(store));
}
