import { join } from 'node:path';
import type { InfluxTarget } from '@meetbrug/cloud/src/influx/influx-target.ts';
import { createInfluxTimeSeries } from '@meetbrug/cloud/src/influx/influx-time-series.ts';
import { createInfluxWriter } from '@meetbrug/cloud/src/influx/influx-writer.ts';
import { createInfluxqlClient } from '@meetbrug/cloud/src/influx/influxql-client.ts';
import { createLogProjection } from '@meetbrug/cloud/src/influx/project-log.ts';
import { openProjectionCursors } from '@meetbrug/cloud/src/influx/projection-cursors.ts';
import { createSeriesNames } from '@meetbrug/cloud/src/influx/series-names.ts';
import { createHotRows } from '@meetbrug/cloud/src/timeseries/read-hot-rows.ts';
import { openRollupsForWriting } from '@meetbrug/cloud/src/timeseries/rollups/open-rollups.ts';
import { createRollupMaker } from '@meetbrug/cloud/src/timeseries/rollups/rollup-maker.ts';
import { createRollupReader } from '@meetbrug/cloud/src/timeseries/rollups/rollup-reader.ts';
import { createStoreTimeSeries } from '@meetbrug/cloud/src/timeseries/store-time-series.ts';
import type { TimeSeries } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import type { InfluxServer } from './influx-server.ts';
import type { SeriesLab } from './series-lab.ts';

/** A time series beside a store, and what makes it follow. */
export interface Follower {
  readonly series: TimeSeries;
  /** So many steps of what runs behind the commits; all there are for `all`. */
  follow(steps: number | 'all'): Promise<void>;
  close(): void;
}

export type MakeFollower = (lab: SeriesLab) => Promise<Follower>;

/** Far beyond the test's data, so that every day is over. */
const LATER_MS = Date.UTC(2030, 0, 1);

export const withoutRollups: MakeFollower = (lab) =>
  Promise.resolve({
    series: createStoreTimeSeries(lab.reading, createHotRows(lab.reading), undefined),
    follow: () => Promise.resolve(),
    close: () => undefined,
  });

export const withRollups: MakeFollower = (lab) => {
  const rows = createHotRows(lab.reading);
  const rollups = openRollupsForWriting(join(lab.folder, 'rollups.sqlite'), lab.reading);
  const maker = createRollupMaker(lab.reading, rows, rollups, { quietMs: 0, nowMs: () => LATER_MS, stepRows: 7 });
  return Promise.resolve({
    series: createStoreTimeSeries(lab.reading, rows, createRollupReader(lab.reading, rollups)),
    async follow(steps) {
      for (let step = 0; steps === 'all' || step < steps; step++) if ((await maker.step()) === 'nothing') return;
    },
    close: () => void rollups.close(),
  });
};

export function influxTarget(url: string, database: string): InfluxTarget {
  return { name: 'test', version: 1, url, database, timeoutMs: 10_000, batchRows: 11, retryAfterMs: 100 };
}

/** It shows what was projected, so all of it is, whatever was asked. */
export function onInflux(server: InfluxServer): MakeFollower {
  let databases = 0;
  return async (lab) => {
    databases += 1;
    const database = `run ${databases}`;
    await server.createDatabase(database);
    const target = influxTarget(server.url, database);
    const cursors = openProjectionCursors(join(lab.folder, 'projections.sqlite'));
    const projection = createLogProjection(lab.reading, cursors, 'test', createInfluxWriter(target), target.batchRows);
    return {
      series: createInfluxTimeSeries(createSeriesNames(lab.reading), createInfluxqlClient(target)),
      async follow() {
        for (;;) {
          const stepped = await projection.step();
          if (!stepped.ok) throw new Error(stepped.fault.detail);
          if (stepped.value === 'nothing') return;
        }
      },
      close: () => cursors.close(),
    };
  };
}
