import { latestBucket, type ViewDefinition, type ViewPath } from '@meetbrug/protocols/ldes';
import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type { Member } from '@meetbrug/protocols/oslo';
import type { Store } from '../log/open-store.ts';
import type { NodeContent, ReadView } from './node-content.ts';
import type { MemberReader } from './read-members.ts';

type LatestDefinition = Extract<ViewDefinition, { kind: 'latest' }>;

/** Which datastreams each page of a view shows. Datastreams are only ever added, so they are read on from the last. */
interface SpreadDatastreams {
  readonly buckets: DatastreamRow[][];
  lastId: number;
}

interface DatastreamRow {
  readonly id: number;
  readonly organisation: string;
  readonly key: DatastreamKey;
  readonly stream: number;
}

interface LatestRow {
  readonly ordinal: number | null;
}

/** The newest version of each datastream of a stream, each on the page that its name hashes to. */
export interface LatestReader {
  read(view: ReadView<LatestDefinition>, path: Extract<ViewPath, { kind: 'root' | 'latest-bucket' }>): NodeContent;
}

/** @param without streams that enter no stream of all organisations, as `organisation/stream` */
export function createLatestReader(store: Store, members: MemberReader, without: readonly string[]): LatestReader {
  const columns = 'datastream.id, datastream.organisation, datastream.key, datastream.stream FROM datastream';
  const ofStream = store.prepare<[number, number], DatastreamRow>(
    `SELECT ${columns} WHERE datastream.stream = ? AND datastream.id > ? ORDER BY datastream.id`,
  );
  const ofTheme = store.prepare<[string, number], DatastreamRow>(
    `SELECT ${columns} JOIN stream ON stream.id = datastream.stream WHERE stream.name = ? AND datastream.id > ?
     ORDER BY datastream.id`,
  );
  const latest = store.prepare<[number], LatestRow>('SELECT ordinal FROM latest WHERE datastream = ?');
  const spread = new Map<string, SpreadDatastreams>();

  const spreadOf = ({ stream, definition }: ReadView<LatestDefinition>): SpreadDatastreams => {
    const key = `${stream.id}/${definition.name}`;
    const known = spread.get(key) ?? { buckets: Array.from({ length: definition.buckets }, () => []), lastId: 0 };
    spread.set(key, known);
    const added =
      stream.table === 'all_log'
        ? ofTheme
            .all(stream.name, known.lastId)
            .filter(({ organisation }) => !without.includes(`${organisation}/${stream.name}`))
        : ofStream.all(stream.id, known.lastId);
    for (const row of added) {
      known.buckets[latestBucket(definition.buckets, row.organisation, row.key)]?.push(row);
      known.lastId = row.id;
    }
    return known;
  };

  const memberOf = ({ id, organisation, stream }: DatastreamRow, isOfAll: boolean): Member[] => {
    const ordinal = latest.get(id)?.ordinal;
    if (ordinal === undefined || ordinal === null) return [];
    const found = members.some({ id: stream, table: 'log' }, [ordinal]);
    if (!isOfAll) return found;
    // As in the other views of such a stream: no position. Two streams have the same ordinals, so others name blank nodes.
    return found.map(({ position: _, ...member }) => ({ ...member, organisation, ordinal: id }));
  };

  return {
    read(view, path) {
      const { stream, definition } = view;
      const isOfAll = stream.table === 'all_log';
      if (path.kind === 'root') {
        const children = Array.from({ length: definition.buckets }, (_, index) => ({
          path: `bucket/${index}`,
          relations: [{ kind: 'plain' } as const],
        }));
        return { kind: 'content', immutable: stream.closed, children, members: [] };
      }
      const shown = (spreadOf(view).buckets[path.index] ?? []).flatMap((row) => memberOf(row, isOfAll));
      const inOrder = shown.toSorted((a, b) => a.generatedMs - b.generatedMs || a.ordinal - b.ordinal);
      return { kind: 'content', immutable: stream.closed, children: [], members: inOrder };
    },
  };
}
