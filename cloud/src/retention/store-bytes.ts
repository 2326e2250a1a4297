import type { Store } from '../log/open-store.ts';

/** About how much room the members of streams take. */
export interface StoreBytes {
  /** Bytes that so many log rows take, with their series and cold files: their share of all that is in use. */
  ofMembers(members: number): number;
  /** So many members take about so many bytes. */
  toMembers(bytes: number): number;
}

/** Measures the store as it is now. Free pages in it do not count: they are written again. */
export function measureStore(store: Store): StoreBytes {
  const pragma = (name: string) => Number(store.pragma(name, { simple: true }));
  const hot = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  const count = (sql: string) => store.prepare<[], number | null>(sql).pluck().get() ?? 0;
  const cold = count('SELECT sum(bytes) FROM cold_month');
  const members = count(`
    SELECT sum(next_ordinal - coalesce(removed, 0)) FROM stream LEFT JOIN stream_cutoff ON stream_cutoff.stream = stream.id
    WHERE stream.id IN (SELECT stream FROM datastream UNION SELECT stream FROM outside_stream)`);
  const bytesPerMember = (hot + cold) / Math.max(1, members);
  return {
    ofMembers: (of) => Math.round(of * bytesPerMember),
    toMembers: (bytes) => Math.ceil(bytes / bytesPerMember),
  };
}
