import type { Theme } from '@meetbrug/protocols/properties';
import { type ExpectedFeed, expectedFeeds, type FeedIdentity } from '../end-to-end/expected-feed.ts';
import type { Fleet, FleetMessage } from '../fleet/create-fleet.ts';

/** What was sent and what was acknowledged, and in which round: the account that feeds and series are held to. */
export class UplinkLedger {
  /** The round that is going on, counted from 0. */
  round = 0;
  readonly sent: FleetMessage[] = [];
  readonly acknowledged: FleetMessage[] = [];
  readonly #rounds: number[] = [];

  acknowledge(message: FleetMessage): void {
    this.acknowledged.push(message);
    this.#rounds.push(this.round);
  }

  /** What each stream owes, by observation. */
  promised(fleet: Fleet, identity: FeedIdentity): ReadonlyMap<Theme, ExpectedFeed> {
    return expectedFeeds(fleet, this.acknowledged, identity);
  }

  /** What each stream may hold at most. */
  possible(fleet: Fleet, identity: FeedIdentity): ReadonlyMap<Theme, ExpectedFeed> {
    return expectedFeeds(fleet, this.sent, identity);
  }

  /** The first acknowledged uplink that each of these observations came with, by its place in {@link acknowledged}. */
  uplinksOf(observations: ReadonlySet<string>, fleet: Fleet, identity: FeedIdentity): ReadonlyMap<string, number> {
    const uplinks = new Map<string, number>();
    if (observations.size === 0) return uplinks;
    this.acknowledged.forEach((message, index) => {
      const held = [...expectedFeeds(fleet, [message], identity).values()].flatMap((feed) => [...feed.keys()]);
      for (const iri of held) if (observations.has(iri) && !uplinks.has(iri)) uplinks.set(iri, index);
    });
    return uplinks;
  }

  /** The rounds in which these uplinks were acknowledged, rising. */
  roundsOf(uplinks: Iterable<number>): number[] {
    const rounds = new Set([...uplinks].map((index) => this.#rounds[index] as number));
    return [...rounds].sort((a, b) => a - b);
  }
}
