import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { coldRowsOf } from '../cold/cold-rows.ts';
import type { MemberSource } from '../ldes/read-members.ts';
import { SENSORS_STREAM } from '../log/entities.ts';
import type { Store } from '../log/open-store.ts';
import { quarterOf } from '../log/schema.ts';
import { createExpiry } from '../retention/expiry.ts';

/** Where the newest version of a thing stands in the log, and the numbers of all its versions. */
export interface FoundVersions {
  readonly stream: MemberSource;
  readonly ordinal: number;
  readonly stampMs: number;
  /** Newest first; of very many the newest {@link VERSIONS_MAX}. */
  readonly versions: readonly number[];
}

export interface VersionFinder {
  /** The stream of a datastream; undefined when there is none of that name. */
  streamOf(organisation: string, key: DatastreamKey): string | undefined;
  entity(organisation: string, path: string): FoundVersions | undefined;
  observation(organisation: string, key: DatastreamKey, beginMs: number): FoundVersions | undefined;
  /** Whether it would be of a time that the store no longer keeps, so that nobody can say whether there was one. */
  hasExpired(organisation: string, key: DatastreamKey, beginMs: number): boolean;
}

/** Links in one document: something corrected more often than this shows its newest versions. */
export const VERSIONS_MAX = 1_000;

interface EntityRow {
  streamId: number;
  ordinal: number;
  stampMs: number;
  version: number;
}

/** Every look-up is by a key or halves the log: none costs more in a large store than some twenty rows. */
export function createVersionFinder(store: Store): VersionFinder {
  const entityVersions = store.prepare<[string, string, string, number], EntityRow>(`
    SELECT entity_log.stream AS streamId, entity_log.ordinal, entity_log.stamp_ms AS stampMs, entity_log.version
    FROM stream JOIN entity_log ON entity_log.stream = stream.id
    WHERE stream.organisation = ? AND stream.name = ? AND entity_log.path = ?
    ORDER BY entity_log.version DESC LIMIT ?`);
  const selectDatastream = store.prepare<[string, string], DatastreamRow>(`
    SELECT datastream.id, stream.id AS streamId, stream.name AS streamName, stream.next_ordinal AS memberCount
    FROM datastream JOIN stream ON stream.id = datastream.stream
    WHERE datastream.organisation = ? AND datastream.key = ?`);
  const selectCurrent = store.prepare<[number, number, number], { revision: number; stampMs: number }>(`
    SELECT revision, stamp_ms AS stampMs FROM series WHERE quarter = ? AND datastream = ? AND begin_ms = ?`);
  const cold = coldRowsOf(store);
  const lookAtExpiry = createExpiry(store);
  const selectEarlier = store.prepare<[number, number, number], { revision: number }>(`
    SELECT revision FROM earlier_version WHERE datastream = ? AND begin_ms = ? ORDER BY revision DESC LIMIT ?`);
  const selectInCommit = store.prepare<[number, number, number, number, number, number], { ordinal: number }>(`
    SELECT ordinal FROM log
    WHERE stream = ? AND ordinal >= ? AND ordinal < ? AND datastream = ? AND begin_ms = ? AND revision = ? LIMIT 1`);
  const selectStamp = store.prepare<[number, number], { ordinal: number; stampMs: number }>(
    'SELECT ordinal, stamp_ms AS stampMs FROM log WHERE stream = ? AND ordinal >= ? ORDER BY ordinal LIMIT 1',
  );

  /** Stamps never fall within a stream: the first ordinal of a stamp is found by halving. Rows that have expired are not there. */
  function firstOrdinal(stream: number, memberCount: number, stampMs: number): number {
    let from = 0;
    let end = memberCount;
    while (from < end) {
      const middle = Math.floor((from + end) / 2);
      const found = selectStamp.get(stream, middle);
      if (found !== undefined && found.stampMs < stampMs) from = found.ordinal + 1;
      else end = middle;
    }
    return from;
  }

  return {
    entity(organisation, path) {
      const rows = entityVersions.all(organisation, SENSORS_STREAM, path, VERSIONS_MAX);
      const [newest] = rows;
      if (newest === undefined) return undefined;
      const { streamId, ordinal, stampMs } = newest;
      const stream: MemberSource = { id: streamId, table: 'entity_log' };
      return { stream, ordinal, stampMs, versions: rows.map(({ version }) => version) };
    },
    streamOf: (organisation, key) => selectDatastream.get(organisation, key)?.streamName,
    hasExpired(organisation, key, beginMs) {
      const datastream = selectDatastream.get(organisation, key);
      return datastream !== undefined && beginMs < lookAtExpiry().cutoffMs(datastream.id);
    },
    observation(organisation, key, beginMs) {
      const datastream = selectDatastream.get(organisation, key);
      const current =
        datastream &&
        (selectCurrent.get(quarterOf(beginMs), datastream.id, beginMs) ?? cold.find(datastream.id, beginMs));
      if (datastream === undefined || current === undefined) return undefined;
      const { id, streamId, memberCount } = datastream;
      const { revision, stampMs } = current;
      const from = firstOrdinal(streamId, memberCount, stampMs);
      const end = firstOrdinal(streamId, memberCount, stampMs + 1);
      const found = selectInCommit.get(streamId, from, end, id, beginMs, revision);
      const earlier = selectEarlier.all(id, beginMs, VERSIONS_MAX - 1);
      const versions = [revision, ...earlier.map((row) => row.revision)];
      const stream: MemberSource = { id: streamId, table: 'log' };
      return found && { stream, ordinal: found.ordinal, stampMs, versions };
    },
  };
}

interface DatastreamRow {
  id: number;
  streamId: number;
  streamName: string;
  memberCount: number;
}
