import {
  type DatastreamDescription,
  type DatastreamKey,
  formatObservedValue,
  type ObservationInput,
  type QualityFlag,
  unpackQuality,
} from '@meetbrug/protocols/observation';
import {
  describedEntitySchema,
  type EntityMember,
  type Member,
  type ObservationMember,
} from '@meetbrug/protocols/oslo';
import { parseDescription } from '../log/datastreams.ts';
import type { LogTable } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';
import { ENTITY_RENDER_VERSIONS, RENDER_VERSIONS, renderTraits } from '../log/render-version.ts';
import { fromStoredValue, type StoredValue } from '../log/stored-value.ts';
import { createStampPredicateReader } from '../outside/declare-stream.ts';
import { type OutsideRow, toOutsideMember } from '../outside/outside-member.ts';

/** A stream whose members are read. */
export interface MemberSource {
  readonly id: number;
  readonly table: LogTable;
}

/** Reads members of a stream as they were published. */
export interface MemberReader {
  /** Members `first` to `end - 1`. */
  range(stream: MemberSource, first: number, end: number): Member[];
  /** The members with these ordinals, which rise; throws when one is not in the store. */
  some(stream: MemberSource, ordinals: readonly number[]): Member[];
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

/** Of a stream of all organisations: the ordinal is that stream's. */
interface AllRow extends ObservationRow {
  organisation: string;
}

interface EntityRow {
  ordinal: number;
  stamp_ms: number;
  path: string;
  version: number;
  body: string;
  render_version: number;
}

const DESCRIPTIONS_MAX = 20_000;

export function createMemberReader(store: Store): MemberReader {
  const statements = prepare(store);
  const descriptions = new Map<number, DatastreamDescription>();
  const stampPredicateOf = createStampPredicateReader(store);

  const describe = (id: number): DatastreamDescription => {
    const known = descriptions.get(id);
    if (known !== undefined) return known;
    const description = parseDescription(statements.body.get(id)?.body ?? 'null');
    if (descriptions.size >= DESCRIPTIONS_MAX) descriptions.clear();
    descriptions.set(id, description);
    return description;
  };
  const toObservation = (row: ObservationRow): ObservationMember => {
    const { isPositioned, hasIsoOverlay } = renderTraits(row.render_version);
    return {
      kind: 'observation',
      description: describe(row.description),
      ordinal: row.ordinal,
      ...(isPositioned ? { position: row.ordinal } : {}),
      beginMs: row.begin_ms,
      ...(row.end_ms === null ? {} : { endMs: row.end_ms }),
      resultMs: row.result_ms,
      generatedMs: row.stamp_ms,
      value: formatObservedValue(fromStoredValue(row)),
      revision: row.revision,
      ...flagsOf(row),
      ...(row.inputs === null ? {} : { inputs: parseInputs(row.inputs) }),
      ...(hasIsoOverlay ? { isoOverlay: true } : {}),
    };
  };
  /** The same member as in its own stream but for its position: one member must not say two. */
  const toMemberOfAll = (row: AllRow): ObservationMember => {
    const { position: _, ...member } = toObservation(row);
    return { ...member, organisation: row.organisation };
  };
  const readers = {
    log: readerOf(statements.log, toObservation),
    entity_log: readerOf(statements.entity_log, toEntity),
    outside_log: readerOf(statements.outside_log, (row) => toOutsideMember(row, stampPredicateOf(row.stream))),
    all_log: readerOf(statements.all_log, toMemberOfAll),
  };

  return {
    range: (stream, first, end) => readers[stream.table](stream.id, first, end),
    some(stream, ordinals) {
      const found = runsOf(ordinals).flatMap(([first, end]) => readers[stream.table](stream.id, first, end));
      if (found.length < ordinals.length) throw new Error(`members of stream ${stream.id} are not in the log`);
      return found;
    },
  };
}

/** Rising ordinals as ranges: what stands together in the log is read together. */
function runsOf(ordinals: readonly number[]): [first: number, end: number][] {
  const runs: [number, number][] = [];
  for (const ordinal of ordinals) {
    const last = runs.at(-1);
    if (last?.[1] === ordinal) last[1] = ordinal + 1;
    else runs.push([ordinal, ordinal + 1]);
  }
  return runs;
}

type Statement<Row> = { all(stream: number, first: number, end: number): Row[] };

function readerOf<Row>(statement: Statement<Row>, toMember: (row: Row) => Member) {
  return (stream: number, first: number, end: number): Member[] => statement.all(stream, first, end).map(toMember);
}

function prepare(store: Store) {
  const range = 'ordinal >= ? AND ordinal < ?';
  const columns = `stamp_ms, description, begin_ms, end_ms, result_ms, mantissa, scale, below, quality, revision,
    render_version, inputs`;
  return {
    log: store.prepare<[number, number, number], ObservationRow>(
      `SELECT ordinal, ${columns} FROM log WHERE stream = ? AND ${range} ORDER BY ordinal`,
    ),
    entity_log: store.prepare<[number, number, number], EntityRow>(`
      SELECT ordinal, stamp_ms, path, version, body, render_version
      FROM entity_log WHERE stream = ? AND ${range} ORDER BY ordinal`),
    outside_log: store.prepare<[number, number, number], OutsideRow & { stream: number }>(
      `SELECT stream, ordinal, stamp_ms, iri, body FROM outside_log WHERE stream = ? AND ${range} ORDER BY ordinal`,
    ),
    all_log: store.prepare<[number, number, number], AllRow>(`
      SELECT all_log.ordinal, stream.organisation, ${columns.replace('stamp_ms', 'log.stamp_ms')}
      FROM all_log JOIN stream ON stream.id = all_log.source_stream
      JOIN log ON log.stream = all_log.source_stream AND log.ordinal = all_log.source_ordinal
      WHERE all_log.stream = ? AND all_log.ordinal >= ? AND all_log.ordinal < ? ORDER BY all_log.ordinal`),
    body: store.prepare<[number], { body: string }>('SELECT body FROM description WHERE id = ?'),
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

function toEntity({ ordinal, stamp_ms, path, version, body, render_version }: EntityRow): EntityMember {
  const entity = describedEntitySchema.parse({ path, body: JSON.parse(body) });
  const position = render_version >= ENTITY_RENDER_VERSIONS.plain ? { position: ordinal } : {};
  return { kind: 'entity', entity, ordinal, ...position, version, generatedMs: stamp_ms };
}
