import { createStoreRows } from '../cold/store-rows.ts';
import type { InfluxTarget } from '../influx/influx-target.ts';
import { createInfluxTimeSeries } from '../influx/influx-time-series.ts';
import { createInfluxqlClient } from '../influx/influxql-client.ts';
import { createSeriesNames } from '../influx/series-names.ts';
import type { Store } from '../log/open-store.ts';
import { openRollupsForReading } from './rollups/open-rollups.ts';
import { createRollupReader } from './rollups/rollup-reader.ts';
import { createStoreTimeSeries } from './store-time-series.ts';
import type { TimeSeries } from './time-series.ts';

/** The time series that a thread answers from: those of a target where there is one, else those of the store. */
export function openTimeSeries(
  store: Store,
  { rollupFile, answerFrom }: { readonly rollupFile: string; readonly answerFrom: InfluxTarget | undefined },
): TimeSeries {
  if (answerFrom !== undefined)
    return createInfluxTimeSeries(createSeriesNames(store), createInfluxqlClient(answerFrom));
  return createStoreTimeSeries(
    store,
    createStoreRows(store),
    createRollupReader(store, openRollupsForReading(rollupFile)),
  );
}
