import { type DatastreamDescription, formatDecimal } from '@meetbrug/protocols/observation';
import { describedEntitySchema, type Member } from '@meetbrug/protocols/oslo';
import { parseDescription } from '../log/datastreams.ts';
import { SENSORS_STREAM } from '../log/entities.ts';
import type { Store } from '../log/open-store.ts';

/** Reads members `first` to `end - 1` of a stream, and the stamps of single members. */
export interface MemberReader {
  members(stream: string, streamId: number, first: number, end: number): Member[];
  stampMs(stream: string, streamId: number, ordinal: number): number;
}

interface ObservationRow {
  ordinal: number;
  stamp_ms: number;
  description: number;
  begin_ms: number;
  end_ms: number | null;
  result_ms: number;
  mantissa: number;
  scale: number;
  revision: number;
}

interface EntityRow {
  ordinal: number;
  stamp_ms: number;
  path: string;
  version: number;
  body: string;
}

const DESCRIPTIONS_MAX = 20_000;

export function createMemberReader(store: Store): MemberReader {
  const observations = store.prepare<[number, number, number], ObservationRow>(`
    SELECT ordinal, stamp_ms, description, begin_ms, end_ms, result_ms, mantissa, scale, revision
    FROM log WHERE stream = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal`);
  const entities = store.prepare<[number, number, number], EntityRow>(`
    SELECT ordinal, stamp_ms, path, version, body
    FROM entity_log WHERE stream = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal`);
  const logStamp = store.prepare<[number, number], { stamp_ms: number }>(
    'SELECT stamp_ms FROM log WHERE stream = ? AND ordinal = ?',
  );
  const entityStamp = store.prepare<[number, number], { stamp_ms: number }>(
    'SELECT stamp_ms FROM entity_log WHERE stream = ? AND ordinal = ?',
  );
  const body = store.prepare<[number], { body: string }>('SELECT body FROM description WHERE id = ?');
  const descriptions = new Map<number, DatastreamDescription>();

  const describe = (id: number): DatastreamDescription => {
    const known = descriptions.get(id);
    if (known !== undefined) return known;
    const description = parseDescription(body.get(id)?.body ?? 'null');
    if (descriptions.size >= DESCRIPTIONS_MAX) descriptions.clear();
    descriptions.set(id, description);
    return description;
  };
  const toObservation = (row: ObservationRow): Member => ({
    kind: 'observation',
    description: describe(row.description),
    ordinal: row.ordinal,
    beginMs: row.begin_ms,
    ...(row.end_ms === null ? {} : { endMs: row.end_ms }),
    resultMs: row.result_ms,
    generatedMs: row.stamp_ms,
    value: formatDecimal(row),
    revision: row.revision,
  });

  return {
    members: (stream, streamId, first, end) =>
      stream === SENSORS_STREAM
        ? entities.all(streamId, first, end).map(toEntity)
        : observations.all(streamId, first, end).map(toObservation),
    stampMs(stream, streamId, ordinal) {
      const row = (stream === SENSORS_STREAM ? entityStamp : logStamp).get(streamId, ordinal);
      if (row === undefined) throw new Error(`member ${ordinal} of ${stream} is not in the log`);
      return row.stamp_ms;
    },
  };
}

function toEntity({ ordinal, stamp_ms, path, version, body }: EntityRow): Member {
  const entity = describedEntitySchema.parse({ path, body: JSON.parse(body) });
  return { kind: 'entity', entity, ordinal, version, generatedMs: stamp_ms };
}
