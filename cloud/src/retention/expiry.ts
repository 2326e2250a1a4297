import type { Store } from '../log/open-store.ts';

/** Which observation, and when its version was committed. */
export interface DatedVersion {
  readonly datastream: number;
  readonly beginMs: number;
  readonly stampMs: number;
}

/** What has expired, as the store had it when it was looked at. */
export interface Expired {
  /** Whether retention has taken a version that was committed: what came late stays as long as anything of its commit. */
  has(version: DatedVersion): boolean;
  /** The instant before which an observation that is not known is not taken in: it may have expired. */
  cutoffMs(datastream: number): number;
  /** Whether any stream has a cut-off: without one nothing has expired. */
  readonly any: boolean;
}

const NOTHING: Expired = { has: () => false, cutoffMs: () => Number.NEGATIVE_INFINITY, any: false };

/**
 * Looks at the cut-offs of all streams. A version has expired when it was committed before its stream's cut-off and began
 * before it, and is not the newest of its datastream: `latest` shows that one for ever.
 */
export function createExpiry(store: Store): () => Expired {
  const cutoffs = store.prepare<[], { stream: number; cutoffMs: number }>(
    'SELECT stream, cutoff_ms AS cutoffMs FROM stream_cutoff',
  );
  const streamOf = store.prepare<[number], { stream: number }>('SELECT stream FROM datastream WHERE id = ?');
  const newest = store.prepare<[number], { beginMs: number }>(
    'SELECT begin_ms AS beginMs FROM latest WHERE datastream = ?',
  );

  return () => {
    const rows = cutoffs.all();
    if (rows.length === 0) return NOTHING;
    const byStream = new Map(rows.map(({ stream, cutoffMs }) => [stream, cutoffMs]));
    const byDatastream = new Map<number, number>();
    const cutoffMs = (datastream: number) => {
      const known = byDatastream.get(datastream);
      if (known !== undefined) return known;
      const ms = byStream.get(streamOf.get(datastream)?.stream ?? -1) ?? Number.NEGATIVE_INFINITY;
      byDatastream.set(datastream, ms);
      return ms;
    };
    return {
      any: true,
      cutoffMs,
      has({ datastream, beginMs, stampMs }) {
        const ms = cutoffMs(datastream);
        return stampMs < ms && beginMs < ms && newest.get(datastream)?.beginMs !== beginMs;
      },
    };
  };
}
