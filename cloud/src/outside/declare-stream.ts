import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Store } from '../log/open-store.ts';
import type { OpenStream } from '../log/streams.ts';
import type { OutsideTerms } from './outside-terms.ts';

interface Row {
  stampPredicate: string;
  versionOfPredicate: string;
  timestampPredicate: string | null;
}

const SETTINGS = ['stampPredicate', 'versionOfPredicate', 'timestampPredicate'] as const;

/**
 * Keeps the predicates of an outside stream when it is new, in the caller's transaction, and refuses others later: they are
 * in pages that were published.
 */
export function declareOutsideStream(
  store: Store,
  { id, organisation, name }: Pick<OpenStream, 'id' | 'organisation' | 'name'>,
  terms: OutsideTerms,
): Result<undefined, Fault<'stream-differs'>> {
  const configured: Row = { ...terms, timestampPredicate: terms.timestampPredicate ?? null };
  const published = readRow(store, id);
  if (published === undefined) {
    store
      .prepare(`
        INSERT INTO outside_stream (stream, stamp_predicate, version_of_predicate, timestamp_predicate)
        VALUES (?, ?, ?, ?)`)
      .run(id, configured.stampPredicate, configured.versionOfPredicate, configured.timestampPredicate);
    return ok(undefined);
  }
  const differences = SETTINGS.filter((setting) => configured[setting] !== published[setting]).map(
    (setting) => `${setting} is ${configured[setting] ?? 'absent'}, published with ${published[setting] ?? 'none'}`,
  );
  if (differences.length === 0) return ok(undefined);
  return fail(
    'stream-differs',
    `outside: ${organisation}/${name} was published with other settings: ${differences.join('; ')}. Published pages never ` +
      'change: put the settings back, or add a new stream',
  );
}

/** The predicate of the stamp of a stream; throws for one that is not from outside. */
export function createStampPredicateReader(store: Store): (streamId: number) => string {
  const known = new Map<number, string>();
  return (streamId) => {
    const predicate = known.get(streamId) ?? readRow(store, streamId)?.stampPredicate;
    if (predicate === undefined) throw new Error(`stream ${streamId} is not from outside`);
    known.set(streamId, predicate);
    return predicate;
  };
}

function readRow(store: Store, streamId: number): Row | undefined {
  return store
    .prepare<[number], Row>(`
      SELECT stamp_predicate AS stampPredicate, version_of_predicate AS versionOfPredicate,
        timestamp_predicate AS timestampPredicate FROM outside_stream WHERE stream = ?`)
    .get(streamId);
}
