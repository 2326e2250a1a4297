import {
  type DatastreamDescription,
  type DatastreamKey,
  formatObservedValue,
  type ObservationInput,
  type QualityFlag,
  unpackQuality,
} from '@meetbrug/protocols/observation';
import { describedEntitySchema, type Member } from '@meetbrug/protocols/oslo';
import { parseDescription } from '../log/datastreams.ts';
import { SENSORS_STREAM } from '../log/entities.ts';
import type { Store } from '../log/open-store.ts';
import { RENDER_VERSIONS } from '../log/render-version.ts';
import { fromStoredValue, type StoredValue } from '../log/stored-value.ts';

/** Reads members `first` to `end - 1` of a stream, and the stamps of single members. */
export interface MemberReader {
  members(stream: string, streamId: number, first: number, end: number): Member[];
  stampMs(stream: string, streamId: number, ordinal: number): number;
}

interface ObservationRow extends StoredValue {
  ordinal: number;
  stamp_ms: number;
  description: number;
  begin_ms: number;
  end_ms: number | null;
  result_ms: number;
  quality: number;
  revision: number;
  render_version: number;
  inputs: string | null;
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
    SELECT ordinal, stamp_ms, description, begin_ms, end_ms, result_ms, mantissa, scale, below, quality, revision,
      render_version, inputs
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
    value: formatObservedValue(fromStoredValue(row)),
    revision: row.revision,
    ...flagsOf(row),
    ...(row.inputs === null ? {} : { inputs: parseInputs(row.inputs) }),
    ...(row.render_version === RENDER_VERSIONS.isoOverlay ? { isoOverlay: true } : {}),
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

/** The flags that were published with a row; none is no property, so that members without flags share a template. */
function flagsOf({ quality, render_version }: ObservationRow): { readonly flags?: readonly QualityFlag[] } {
  if (render_version === RENDER_VERSIONS.withoutFlags) return NO_FLAGS;
  const flags = unpackQuality(quality)?.flags ?? [];
  return flags.length === 0 ? NO_FLAGS : { flags };
}

const NO_FLAGS = {};

/** As the log wrote them, from a batch that was checked. */
function parseInputs(text: string): ObservationInput[] {
  return (JSON.parse(text) as [DatastreamKey, number][]).map(([datastream, beginMs]) => ({ datastream, beginMs }));
}

function toEntity({ ordinal, stamp_ms, path, version, body }: EntityRow): Member {
  const entity = describedEntitySchema.parse({ path, body: JSON.parse(body) });
  return { kind: 'entity', entity, ordinal, version, generatedMs: stamp_ms };
}
