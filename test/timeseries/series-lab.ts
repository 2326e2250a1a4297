import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createObservationLog } from '@meetbrug/cloud/src/log/observations.ts';
import { openStoreForReading, openStoreForWriting, type Store } from '@meetbrug/cloud/src/log/open-store.ts';
import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import { fromStoredValue } from '@meetbrug/cloud/src/log/stored-value.ts';
import { createStreamTable } from '@meetbrug/cloud/src/log/streams.ts';
import type { KeyedRow } from '@meetbrug/cloud/src/timeseries/time-series.ts';
import { exactDecimal } from '@meetbrug/protocols/observation';

/** The log asks no more about a value that was checked. */
const ANY_VALUE = { min: exactDecimal(-1), max: exactDecimal(1), whole: false, intervalMs: undefined };

/** A store with some datastreams that observations are recorded in as the cloud's writer does it. */
export interface SeriesLab {
  readonly folder: string;
  readonly file: string;
  readonly writing: Store;
  readonly reading: Store;
  /** One transaction; rows of a lower revision than the store has are superseded, equal ones duplicates. */
  record(rows: readonly KeyedRow[]): void;
  close(): void;
}

/** @param datastreams their ids are 1 and on, divided over two streams */
export function createSeriesLab(datastreams: number): SeriesLab {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-series-'));
  const file = join(folder, 'cloud.sqlite');
  const writing = openStoreForWriting(file);
  const streams = createStreamTable(writing);
  const open = [streams.open('demo', 'heat-stress'), streams.open('other', 'mobility')] as const;
  const log = createObservationLog(writing, streams, RENDER_VERSIONS.plain);
  const describe = writing.prepare(
    "INSERT INTO datastream (id, organisation, key, edge, stream, description) VALUES (?, ?, ?, 'edge', ?, 1)",
  );
  const streamOf = (id: number) => open[id % 2 === 0 ? 1 : 0];
  writing.transaction(() => {
    for (let id = 1; id <= datastreams; id++) {
      const { organisation, id: stream } = streamOf(id);
      const property = id % 3 === 0 ? 'verkeersintensiteit' : 'luchttemperatuur';
      describe.run(id, organisation, `punt-${id}.sensor-${id}.${property}.momentaan`, stream);
    }
    streams.saveHeads();
  })();
  const reading = openStoreForReading(file);
  return {
    folder,
    file,
    writing,
    reading,
    record: writing.transaction((rows: readonly KeyedRow[]) => {
      for (const row of rows) {
        const { datastream: id, beginMs, endMs, resultMs, quality, revision, stampMs } = row;
        const ready = { kind: 'ready', id, stream: streamOf(id), description: 1, limits: ANY_VALUE } as const;
        log.record(
          {
            datastream: ready,
            wire: [0, beginMs, endMs, resultMs, '', quality],
            value: fromStoredValue(row),
            inputs: undefined,
            revision,
            receivedMs: resultMs,
          },
          stampMs,
        );
      }
      streams.saveHeads();
    }),
    close() {
      reading.close();
      writing.close();
      rmSync(folder, { recursive: true });
    },
  };
}
