import type { BoundingBox, DatasetContents } from '@meetbrug/protocols/dcat';
import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import { isProperty } from '@meetbrug/protocols/properties';
import { type LogTable, logTableOf, streamKindOf } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';

/** What the streams hold, as the store has it at one moment. */
export type ReadContents = () => (organisation: string, stream: string) => DatasetContents;

/** Members at the beginning of a stream that are looked at for the begin of its period. */
const FIRST_MEMBERS = 1_000;

interface StreamRow extends OfStream {
  id: number;
  lastStampMs: number;
}

/** What the datastreams of one stream say with one property and licence. */
interface DescribedPart extends BoundingBox, OfStream {
  property: string;
  licence: string;
}

interface FirstMembers {
  stampMs: number | null;
  beginMs: number | null;
}

const BY_TABLE: Readonly<Record<LogTable, string>> = {
  log: `SELECT min(stamp_ms) AS stampMs, min(begin_ms) AS beginMs FROM
    (SELECT stamp_ms, begin_ms FROM log WHERE stream = ? ORDER BY ordinal LIMIT ${FIRST_MEMBERS})`,
  all_log: `SELECT min(first.stamp_ms) AS stampMs, min(log.begin_ms) AS beginMs FROM
    (SELECT stamp_ms, source_stream, source_ordinal FROM all_log WHERE stream = ? ORDER BY ordinal LIMIT ${FIRST_MEMBERS})
      AS first JOIN log ON log.stream = first.source_stream AND log.ordinal = first.source_ordinal`,
  entity_log: `SELECT min(stamp_ms) AS stampMs, NULL AS beginMs FROM
    (SELECT stamp_ms FROM entity_log WHERE stream = ? ORDER BY ordinal LIMIT 1)`,
  outside_log: `SELECT min(stamp_ms) AS stampMs, NULL AS beginMs FROM
    (SELECT stamp_ms FROM outside_log WHERE stream = ? ORDER BY ordinal LIMIT 1)`,
};

/**
 * Costs one pass over the datastreams and one over their newest values, whatever the length of the log. A period so found
 * is covered for certain: it begins with the oldest of the first members, though older data may have come in later.
 * @param allWithout streams that enter no stream of all organisations, as `organisation/stream`
 */
export function createContentsReader(store: Store, allWithout: readonly string[]): ReadContents {
  const streams = store.prepare<[], StreamRow>(
    'SELECT id, organisation, name, last_stamp_ms AS lastStampMs FROM stream WHERE next_ordinal > 0',
  );
  const described = store.prepare<[], DescribedPart>(`
    SELECT stream.organisation, stream.name, json_extract(body, '$.property') AS property,
      json_extract(body, '$.licence') AS licence,
      min(json_extract(body, '$.measuringPoint.longitude')) AS west,
      min(json_extract(body, '$.measuringPoint.latitude')) AS south,
      max(json_extract(body, '$.measuringPoint.longitude')) AS east,
      max(json_extract(body, '$.measuringPoint.latitude')) AS north
    FROM datastream JOIN stream ON stream.id = datastream.stream JOIN description ON description.id = datastream.description
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`);
  const newest = store.prepare<[], OfStream & { untilMs: number }>(`
    SELECT stream.organisation, stream.name, max(coalesce(latest.end_ms, latest.begin_ms)) AS untilMs
    FROM latest JOIN datastream ON datastream.id = latest.datastream JOIN stream ON stream.id = datastream.stream
    GROUP BY 1, 2`);
  const first = {
    log: store.prepare<[number], FirstMembers>(BY_TABLE.log),
    all_log: store.prepare<[number], FirstMembers>(BY_TABLE.all_log),
    entity_log: store.prepare<[number], FirstMembers>(BY_TABLE.entity_log),
    outside_log: store.prepare<[number], FirstMembers>(BY_TABLE.outside_log),
  };

  return () => {
    const rows = new Map(streams.all().map((row) => [`${row.organisation}/${row.name}`, row]));
    const partsOf = selectByStream(described.all(), allWithout);
    const endsOf = selectByStream(newest.all(), allWithout);
    return (organisation, stream) => {
      const row = rows.get(`${organisation}/${stream}`);
      const oldest = row && first[logTableOf({ organisation, name: stream })].get(row.id);
      const own = partsOf(organisation, stream);
      const untilMs = endsOf(organisation, stream).reduce((end, one) => Math.max(end, one.untilMs), 0);
      const fromMs = oldest?.beginMs ?? undefined;
      const box = boxOf(own);
      return {
        ...(row && { modifiedMs: row.lastStampMs }),
        ...(oldest?.stampMs && { issuedMs: oldest.stampMs }),
        ...(fromMs !== undefined && fromMs <= untilMs && { period: { fromMs, untilMs } }),
        ...(box && { box }),
        properties:
          streamKindOf(stream) === 'entities' ? [] : distinct(own.map(({ property }) => property)).filter(isProperty),
        licences: distinct(own.map(({ licence }) => licence)),
      };
    };
  };
}

interface OfStream {
  readonly organisation: string;
  readonly name: string;
}

/**
 * What is known of streams, by the stream that it belongs to: `sensors` describes all those of its organisation, and a
 * stream of all organisations is made of theirs.
 */
function selectByStream<Row extends OfStream>(rows: readonly Row[], allWithout: readonly string[]) {
  const byStream = Map.groupBy(rows, ({ organisation, name }) => `${organisation}/${name}`);
  const byOrganisation = Map.groupBy(rows, ({ organisation }) => organisation);
  const byName = Map.groupBy(
    rows.filter(({ organisation, name }) => !allWithout.includes(`${organisation}/${name}`)),
    ({ name }) => name,
  );
  return (organisation: string, stream: string): readonly Row[] => {
    if (organisation === ALL_ORGANISATIONS) return byName.get(stream) ?? [];
    if (streamKindOf(stream) === 'entities') return byOrganisation.get(organisation) ?? [];
    return byStream.get(`${organisation}/${stream}`) ?? [];
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function boxOf([first, ...others]: readonly BoundingBox[]): BoundingBox | undefined {
  if (first === undefined) return undefined;
  const { west, south, east, north } = first;
  return others.reduce<BoundingBox>(
    (box, other) => ({
      west: Math.min(box.west, other.west),
      south: Math.min(box.south, other.south),
      east: Math.max(box.east, other.east),
      north: Math.max(box.north, other.north),
    }),
    { west, south, east, north },
  );
}
