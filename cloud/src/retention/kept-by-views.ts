import { ALL_ORGANISATIONS, BY_PAGE } from '@meetbrug/protocols/ldes';
import { logTableOf } from '../log/log-table.ts';
import type { StampReader } from '../log/stamps.ts';
import type { StreamHead } from '../log/streams.ts';
import type { StoredView } from '../log/views.ts';

/** The streams that carry the members of one: itself, and the stream of all organisations for its theme. */
export function carriersOf(stream: StreamHead, heads: readonly StreamHead[]): StreamHead[] {
  return heads.filter(
    ({ id, organisation, name }) => id === stream.id || (organisation === ALL_ORGANISATIONS && name === stream.name),
  );
}

/**
 * The oldest stamp that a view still shows, or may show: members with an older one are on none of its pages any more. `latest`
 * names no stamp, since it shows one member of each datastream whatever its age.
 * @param lastStampMs of the newest commit: no later member has an older stamp
 */
export function keptFromMs(
  { definition, dropped }: Pick<StoredView, 'definition' | 'dropped'>,
  head: StreamHead,
  stampOf: StampReader,
  lastStampMs: number,
): number {
  if (definition.kind === 'latest' || head.memberCount === 0) return Number.POSITIVE_INFINITY;
  if (dropped === 0) return Number.NEGATIVE_INFINITY;
  if (definition.kind !== BY_PAGE) return dropped;
  const first = dropped * definition.pageSize * definition.fanOut;
  return first < head.memberCount ? stampOf(logTableOf(head), head.id, first) : lastStampMs;
}
