import { join } from 'node:path';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import type { Registry } from 'prom-client';
import { OWN_STORE, type TimeSeriesConfig } from '../config/time-series-config.ts';
import type { InfluxTarget } from '../influx/influx-target.ts';
import { startProjections } from '../influx/start-projections.ts';
import { startRollups } from './rollups/start-rollups.ts';

export interface TimeSeriesSurroundings {
  readonly dataDir: string;
  readonly storeFile: string;
  /** The targets of the configuration with their credentials. */
  readonly influx: readonly InfluxTarget[];
  readonly registry: Registry;
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** What keeps the time series behind the log, while the cloud runs. */
export interface RunningTimeSeries {
  /** What a reader answers from. */
  readonly rollupFile: string;
  readonly answerFrom: InfluxTarget | undefined;
  /** Something was committed. */
  wake(): void;
  stop(): Promise<void>;
}

/** Starts the thread of the rollups, and that of InfluxDB where there is a target. The store must be open for writing. */
export async function startTimeSeries(
  { answerFrom, rollupQuietSeconds }: Pick<TimeSeriesConfig, 'answerFrom' | 'rollupQuietSeconds'>,
  { dataDir, storeFile, influx, registry, logger }: TimeSeriesSurroundings,
): Promise<Result<RunningTimeSeries, Fault<'rollups-unusable'>>> {
  const rollupFile = join(dataDir, 'rollups.sqlite');
  const rollups = await startRollups({ storeFile, rollupFile, quietMs: rollupQuietSeconds * 1_000 }, (detail) =>
    logger.warn({ detail }, 'rollups stand still until the next start: what they lack is read from the observations'),
  );
  if (!rollups.ok) return rollups;
  const cursorFile = join(dataDir, 'projections.sqlite');
  const projections =
    influx.length === 0
      ? undefined
      : startProjections({ storeFile, cursorFile, targets: influx }, registry, {
          onChanged({ fault, ...state }) {
            if (fault === undefined) logger.info(state, 'InfluxDB takes observations again');
            else logger.warn({ ...state, fault }, 'InfluxDB takes no observations: they wait in the log');
          },
          onFailed: (detail) => logger.warn({ detail }, 'nothing is written to InfluxDB until the next start'),
        });
  return ok({
    rollupFile,
    answerFrom: answerFrom === OWN_STORE ? undefined : influx.find(({ name }) => name === answerFrom),
    wake() {
      rollups.value.wake();
      projections?.wake();
    },
    async stop() {
      await projections?.stop();
      await rollups.value.stop();
    },
  });
}
