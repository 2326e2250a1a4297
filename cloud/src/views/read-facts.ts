import type { MemberFacts } from '@meetbrug/protocols/ldes';
import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import type { LogTable } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';

/** Of a member what its place in a view is decided by; its description is looked up only when needed. */
export interface FactsRow {
  readonly ordinal: number;
  readonly generatedMs: number;
  /** Result time; in `sensors` the stamp. */
  readonly resultMs: number;
  /** Id of the description version; 0 in `sensors`. */
  readonly description: number;
}

export interface FactsReader {
  /** Members `from` to `end - 1`, without those that are no longer in the store. */
  rows(table: LogTable, streamId: number, from: number, end: number): FactsRow[];
  facts(table: LogTable, row: FactsRow): MemberFacts;
}

const DESCRIPTIONS_MAX = 20_000;

interface Described {
  readonly organisation: string;
  readonly description: DatastreamDescription;
}

export function createFactsReader(store: Store): FactsReader {
  const statements = prepare(store);
  const known = new Map<number, Described>();

  const describe = (id: number): Described => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const row = statements.description.get(id);
    if (row === undefined) throw new Error(`description ${id} is not in the store`);
    // Checked when it came in; at the begin of a month all datastreams are looked up at once, so not again here.
    const described = { organisation: row.organisation, description: JSON.parse(row.body) as DatastreamDescription };
    if (known.size >= DESCRIPTIONS_MAX) known.clear();
    known.set(id, described);
    return described;
  };

  return {
    rows: (table, streamId, from, end) =>
      statements[table]
        .raw()
        .all(streamId, from, end)
        .map(toRow as (row: unknown) => FactsRow),
    facts(table, { generatedMs, resultMs, description: id }) {
      if (table === 'entity_log' || table === 'outside_log') return { kind: 'entity', generatedMs };
      const { organisation, description } = describe(id);
      const { property, datastream, measuringPoint } = description;
      const { longitude, latitude } = measuringPoint;
      const own = { kind: 'observation', generatedMs, resultMs, property, datastream, longitude, latitude } as const;
      return table === 'all_log' ? { ...own, organisation } : own;
    },
  };
}

type RawRow = readonly [ordinal: number, stampMs: number, resultMs: number, description: number];

function toRow([ordinal, generatedMs, resultMs, description]: RawRow): FactsRow {
  return { ordinal, generatedMs, resultMs, description };
}

function prepare(store: Store) {
  const range = (columns: string, from: string, stream: string) =>
    store.prepare<[number, number, number]>(
      `SELECT ${columns} FROM ${from} WHERE ${stream}.stream = ? AND ${stream}.ordinal >= ? AND ${stream}.ordinal < ?
       ORDER BY ${stream}.ordinal`,
    );
  return {
    log: range('ordinal, stamp_ms, result_ms, description', 'log', 'log'),
    entity_log: range('ordinal, stamp_ms, stamp_ms, 0', 'entity_log', 'entity_log'),
    outside_log: range('ordinal, stamp_ms, stamp_ms, 0', 'outside_log', 'outside_log'),
    all_log: range(
      'all_log.ordinal, all_log.stamp_ms, log.result_ms, log.description',
      'all_log JOIN log ON log.stream = all_log.source_stream AND log.ordinal = all_log.source_ordinal',
      'all_log',
    ),
    description: store.prepare<[number], { organisation: string; body: string }>(`
      SELECT datastream.organisation, description.body
      FROM description JOIN datastream ON datastream.id = description.datastream WHERE description.id = ?`),
  };
}
