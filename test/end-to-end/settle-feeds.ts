import type { Theme } from '@meetbrug/protocols/properties';
import type { Fleet, FleetMessage } from '../fleet/create-fleet.ts';
import type { Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type WalkedView, walkPages } from '../walker/walk-pages.ts';
import { compareFeed, type FeedComparison } from './compare-feed.ts';
import { expectedFeeds } from './expected-feed.ts';

/** Streams whose every member the fleet can foretell. */
export const FORETOLD_STREAMS = ['heat-stress', 'water-level', 'mobility'] as const satisfies readonly Theme[];

/** How long the feeds must stand still before what is missing counts as lost. */
const QUIET_MS = 6_000;
const SETTLE_TIMEOUT_MS = 60_000;

/** What was published when nothing moved any more, stream by stream. */
export interface SettledFeeds {
  readonly views: ReadonlyMap<Theme, WalkedView>;
  readonly comparisons: ReadonlyMap<Theme, FeedComparison>;
}

export interface Settlement {
  readonly fleet: Fleet;
  /** Messages that the edge acknowledged: it owes their observations. */
  readonly acknowledged: readonly FleetMessage[];
  /** Messages that may have arrived; nobody promised anything for those that were not acknowledged. */
  readonly sent: readonly FleetMessage[];
  /** How long the feeds must stand still; shorter where everything is known to have reached the cloud. */
  readonly quietMs?: number;
}

/**
 * Walks the feeds until they hold everything that was acknowledged, or stand still without it. The walk itself throws
 * when a feed does not answer.
 */
export async function settleFeeds(installation: Installation, settlement: Settlement): Promise<SettledFeeds> {
  const promised = expectedFeeds(settlement.fleet, settlement.acknowledged, installation);
  const possible = expectedFeeds(settlement.fleet, settlement.sent, installation);
  const { quietMs = QUIET_MS } = settlement;
  let members = -1;
  let movedMs = Date.now();
  return waitFor(
    async () => {
      const views = await walkStreams(installation);
      const comparisons = new Map(
        [...views].map(([stream, view]) => [
          stream,
          compareFeed(promised.get(stream) ?? new Map(), view.members, possible.get(stream)),
        ]),
      );
      const now = [...views.values()].reduce((sum, view) => sum + view.members.size, 0);
      if (now !== members) movedMs = Date.now();
      members = now;
      const complete = [...comparisons.values()].every(({ missing }) => missing.length === 0);
      return complete || Date.now() - movedMs > quietMs ? { views, comparisons } : undefined;
    },
    SETTLE_TIMEOUT_MS,
    () => `the feeds still move at ${members} members`,
  );
}

async function walkStreams(installation: Installation): Promise<Map<Theme, WalkedView>> {
  const walks = FORETOLD_STREAMS.map(async (stream) => {
    const view = await walkPages({ rootUrl: installation.viewUrl(stream) });
    return [stream, view] as const;
  });
  return new Map(await Promise.all(walks));
}
