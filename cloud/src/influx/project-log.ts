import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { ok } from '@meetbrug/protocols/result';
import type { Store } from '../log/open-store.ts';
import { createStampFinder } from '../log/stamps.ts';
import type { SeriesResult, SeriesWrite, TimeSeriesWriter } from '../timeseries/time-series.ts';
import { createStoreStateReader, type StreamState } from '../views/stream-state.ts';
import type { ProjectionCursor, ProjectionCursors } from './projection-cursors.ts';

/** Brings the log to one writer, in its order. */
export interface LogProjection {
  /**
   * Writes one batch of each stream that is behind, and moves the cursor when the batch is kept. `now`: there is more;
   * `nothing`: until something is committed. After a fault the same batch comes again.
   */
  step(): Promise<SeriesResult<'now' | 'nothing'>>;
  /** Log rows that are not written yet. */
  behind(): number;
}

interface LogRow extends SeriesWrite {
  readonly ordinal: number;
}

/**
 * @param store a connection to the log that reads; what it shows is durable
 * @param target name of the writer among the cursors
 */
export function createLogProjection(
  store: Store,
  cursors: ProjectionCursors,
  target: string,
  writer: TimeSeriesWriter,
  batchRows: number,
): LogProjection {
  const readState = createStoreStateReader(store);
  const stampOf = createStampFinder(store);
  const select = store.prepare<[number, number, number], LogRow & { datastreamKey: DatastreamKey }>(`
    SELECT log.ordinal, log.datastream, datastream.key AS datastreamKey, datastream.organisation,
      log.begin_ms AS beginMs, log.end_ms AS endMs, log.result_ms AS resultMs, log.mantissa, log.scale, log.below,
      log.quality, log.revision, log.stamp_ms AS stampMs
    FROM log JOIN datastream ON datastream.id = log.datastream
    WHERE log.stream = ? AND log.ordinal >= ? ORDER BY log.ordinal LIMIT ?`);
  const places = new Map<number, number>();

  /** An older copy of the store put back has another row where the cursor stands: all of it is written again. */
  const isOfThisLog = ({ nextOrdinal, lastStampMs }: ProjectionCursor, { id, table, memberCount }: StreamState) => {
    const stampMs = nextOrdinal === 0 ? undefined : stampOf(table, id, nextOrdinal - 1);
    return nextOrdinal <= memberCount && (stampMs === undefined || stampMs === lastStampMs);
  };

  const placeOf = (stream: StreamState): number => {
    const known = places.get(stream.id);
    if (known !== undefined) return known;
    const cursor = cursors.read(target, stream.id);
    const place = cursor !== undefined && isOfThisLog(cursor, stream) ? cursor.nextOrdinal : 0;
    places.set(stream.id, place);
    return place;
  };

  const logStreams = () => [...readState().streams.values()].filter(({ table }) => table === 'log');

  return {
    async step() {
      let isBehind = false;
      for (const stream of logStreams()) {
        const place = placeOf(stream);
        if (place >= stream.memberCount) continue;
        const rows = select.all(stream.id, place, batchRows);
        const last = rows.at(-1);
        if (last === undefined) {
          // Retention has taken all of it from the log.
          places.set(stream.id, stream.memberCount);
          continue;
        }
        const written = await writer.write(rows);
        if (!written.ok) return written;
        cursors.save(target, stream.id, { nextOrdinal: last.ordinal + 1, lastStampMs: last.stampMs });
        places.set(stream.id, last.ordinal + 1);
        isBehind ||= last.ordinal + 1 < stream.memberCount;
      }
      return ok(isBehind ? 'now' : 'nothing');
    },
    behind: () => logStreams().reduce((sum, stream) => sum + Math.max(0, stream.memberCount - placeOf(stream)), 0),
  };
}
