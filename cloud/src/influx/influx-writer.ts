import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { fail, ok } from '@meetbrug/protocols/result';
import type { SeriesWrite, TimeSeriesWriter } from '../timeseries/time-series.ts';
import { type InfluxTarget, influxRequests } from './influx-target.ts';
import { observationLine } from './line-protocol.ts';

/** What 1.x says of points that its retention policy would delete at once: they are not kept because nobody wants them. */
const BEYOND_RETENTION = /points beyond retention policy/;
const LINE_BYTES_MAX = 4_096;

/**
 * Writes observations, one request a call, and never tries one again by itself: the log is the queue. What the server refuses
 * is `unavailable` too, since nothing may be passed over.
 */
export function createInfluxWriter(target: InfluxTarget): TimeSeriesWriter {
  const { writePath, headers } = influxRequests(target);
  const database = new InfluxDB({ url: target.url, headers: { ...headers }, timeout: target.timeoutMs });
  return {
    async write(rows) {
      const lines = newest(rows).map(observationLine);
      if (lines.length === 0) return ok(undefined);
      const api = database.getWriteApi('', '', 'ms', {
        // Larger than what is given, or the client would send parts by itself and forget their failure.
        batchSize: lines.length + 1,
        maxBatchBytes: lines.length * LINE_BYTES_MAX,
        flushInterval: 0,
        maxRetries: 0,
        maxBufferLines: 0,
        gzipThreshold: LINE_BYTES_MAX,
        writeFailed: (error) => (BEYOND_RETENTION.test(bodyOf(error)) ? Promise.resolve() : Promise.reject(error)),
      });
      api.path = writePath;
      try {
        api.writeRecords(lines);
        await api.flush();
        return ok(undefined);
      } catch (error) {
        return fail('unavailable', `${target.url}: ${(error as Error).message || String(error)}`);
      } finally {
        api.dispose();
      }
    },
  };
}

function bodyOf(error: Error): string {
  return error instanceof HttpError && error.statusCode === 400 ? (error.body ?? error.message) : '';
}

/** Of versions of one observation in one request the order says nothing, so only the last goes. */
function newest(rows: readonly SeriesWrite[]): readonly SeriesWrite[] {
  const byKey = new Map<string, SeriesWrite>();
  for (const row of rows) {
    const key = `${row.organisation} ${row.datastreamKey} ${row.beginMs}`;
    const other = byKey.get(key);
    if (other === undefined || other.revision < row.revision) byKey.set(key, row);
  }
  return [...byKey.values()];
}
