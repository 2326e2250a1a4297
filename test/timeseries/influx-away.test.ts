import { join } from 'node:path';
import { followLog } from '@meetbrug/cloud/src/influx/follow-log.ts';
import { createInfluxTimeSeries } from '@meetbrug/cloud/src/influx/influx-time-series.ts';
import { createInfluxWriter } from '@meetbrug/cloud/src/influx/influx-writer.ts';
import { createInfluxqlClient } from '@meetbrug/cloud/src/influx/influxql-client.ts';
import { createLogProjection } from '@meetbrug/cloud/src/influx/project-log.ts';
import { openProjectionCursors } from '@meetbrug/cloud/src/influx/projection-cursors.ts';
import { createSeriesNames } from '@meetbrug/cloud/src/influx/series-names.ts';
import type { KeyedRow } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { createInfluxServer, type InfluxServer } from './influx-server.ts';
import { ReferenceSeries } from './reference-series.ts';
import { influxTarget } from './series-adapters.ts';
import { createSeriesLab } from './series-lab.ts';

let influx: InfluxServer;
beforeAll(async () => {
  influx = await createInfluxServer();
  await influx.start();
  await influx.createDatabase('away');
}, 60_000);
afterAll(() => influx.remove());

const T0 = Date.UTC(2026, 5, 1);
const DATASTREAMS = 20;
const MINUTE_MS = 60_000;
const CATCH_UP_MS = 30_000;

/** All datastreams at one minute; every tenth minute comes again, corrected. */
function minuteRows(minute: number, revision: number): KeyedRow[] {
  return Array.from({ length: DATASTREAMS }, (_, index) => ({
    datastream: index + 1,
    beginMs: T0 + minute * MINUTE_MS,
    endMs: null,
    resultMs: T0 + minute * MINUTE_MS,
    mantissa: minute * 100 + index * 3 + revision,
    scale: 1,
    below: null,
    quality: 0,
    revision: minute * 10 + revision,
    stampMs: T0 + minute * MINUTE_MS,
  })).map((row) => (row.mantissa % 10 === 0 ? { ...row, mantissa: row.mantissa / 10, scale: 0 } : row));
}

test('an hour without InfluxDB, killed twice, loses nothing and doubles nothing, and ingest goes on', async () => {
  const lab = createSeriesLab(DATASTREAMS);
  const reference = new ReferenceSeries();
  const target = influxTarget(influx.url, 'away');
  const cursorFile = join(lab.folder, 'projections.sqlite');
  let state: { behind: number; fault: string | undefined } | undefined;
  const start = () => {
    const cursors = openProjectionCursors(cursorFile);
    const projection = createLogProjection(lab.reading, cursors, 'test', createInfluxWriter(target), 100);
    const follower = followLog(projection, 50, (told) => {
      state = told;
    });
    return { projection, wake: follower.wake, stop: () => follower.stop().then(() => cursors.close()) };
  };
  const record = (fromMinute: number, toMinute: number) => {
    for (let minute = fromMinute; minute < toMinute; minute++) {
      const rows = minute % 10 === 0 ? [...minuteRows(minute, 0), ...minuteRows(minute, 1)] : minuteRows(minute, 0);
      lab.record(rows);
      for (const row of rows) reference.write(row);
      following.wake();
    }
  };
  const caughtUp = () =>
    waitFor(
      () => (following.projection.behind() === 0 ? true : undefined),
      CATCH_UP_MS,
      () => JSON.stringify(state),
    );
  let following = start();
  try {
    record(0, 30);
    await caughtUp();
    await influx.kill();
    record(30, 60);
    await waitFor(
      () => state?.fault,
      CATCH_UP_MS,
      () => 'no fault is told',
    );
    // The cloud restarts too while its target is away, and forgets nothing.
    await following.stop();
    following = start();
    record(60, 90);
    expect(following.projection.behind()).toBeGreaterThan(60 * DATASTREAMS - 1);
    await influx.start();
    record(90, 100);
    // Killed again amid the catching up, at whatever batch it is.
    await waitFor(
      () => (following.projection.behind() < 50 * DATASTREAMS ? true : undefined),
      CATCH_UP_MS,
      () => JSON.stringify(state),
    );
    await influx.kill();
    record(100, 110);
    await influx.start();
    await caughtUp();

    const series = createInfluxTimeSeries(createSeriesNames(lab.reading), createInfluxqlClient(target));
    const datastreams = Array.from({ length: DATASTREAMS }, (_, index) => index + 1);
    const all = { datastreams, fromMs: T0, toMs: T0 + 1_000 * MINUTE_MS };
    const read = await series.range({ ...all, order: 'asc', limit: 10_000 });
    expect(read).toMatchObject({ ok: true, value: { next: undefined } });
    expect(read.ok && read.value.rows).toEqual(reference.range({ ...all, order: 'asc' }));
    const counted = await series.statistics(all);
    expect(counted.ok && counted.value.map(({ count }) => count)).toEqual(datastreams.map(() => 110));
  } finally {
    await following.stop();
    lab.close();
  }
}, 120_000);

test('while InfluxDB is away a question is answered with why, and the log is still there', async () => {
  const lab = createSeriesLab(1);
  try {
    lab.record(minuteRows(0, 0).slice(0, 1));
    const away = { ...influxTarget('http://127.0.0.1:9', 'away'), timeoutMs: 2_000 };
    const series = createInfluxTimeSeries(createSeriesNames(lab.reading), createInfluxqlClient(away));
    expect(await series.latest([1])).toMatchObject({ ok: false, fault: { code: 'unavailable' } });
    const written = await createInfluxWriter(away).write([
      { ...(minuteRows(0, 0)[0] as KeyedRow), organisation: 'demo', datastreamKey: 'a.b.c.d' as never },
    ]);
    expect(written).toMatchObject({ ok: false, fault: { code: 'unavailable' } });
  } finally {
    lab.close();
  }
});
