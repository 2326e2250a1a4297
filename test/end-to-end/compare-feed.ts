import type { ExpectedFeed } from './expected-feed.ts';

/** A member, as both a replica and a walker know it. */
export interface PublishedMember {
  readonly isVersionOf?: string;
  readonly value?: string;
}

export interface FeedComparison {
  /** Expected observations that no member is a version of. */
  readonly missing: readonly string[];
  /** Members that no expected observation explains. */
  readonly unexpected: readonly string[];
  /** Observations with more than one version: nothing was corrected, so each was to be published once. */
  readonly repeated: readonly string[];
  readonly differing: readonly {
    readonly observation: string;
    readonly expected: string;
    readonly published: string;
  }[];
}

export const EXACTLY_AS_EXPECTED: FeedComparison = { missing: [], unexpected: [], repeated: [], differing: [] };

/**
 * Holds what was published against what had to be. `mayAppear`: observations that nobody promised but that are no
 * fault either, such as those of an uplink that was sent and not acknowledged.
 */
export function compareFeed(
  expected: ExpectedFeed,
  published: Iterable<readonly [memberIri: string, member: PublishedMember]>,
  mayAppear: ExpectedFeed = expected,
): FeedComparison {
  const comparison = {
    missing: [] as string[],
    unexpected: [] as string[],
    repeated: [] as string[],
    differing: [] as FeedComparison['differing'][number][],
  };
  const seen = new Set<string>();
  for (const [memberIri, { isVersionOf = memberIri, value = 'no value' }] of published) {
    const due = expected.get(isVersionOf) ?? mayAppear.get(isVersionOf);
    if (due === undefined) comparison.unexpected.push(memberIri);
    else if (seen.has(isVersionOf)) comparison.repeated.push(isVersionOf);
    else if (due !== value) comparison.differing.push({ observation: isVersionOf, expected: due, published: value });
    seen.add(isVersionOf);
  }
  for (const observation of expected.keys()) if (!seen.has(observation)) comparison.missing.push(observation);
  return comparison;
}

/** A comparison short enough to read: how many of each fault, and the first few. */
export function summariseComparison(comparison: FeedComparison): Record<keyof FeedComparison, [number, unknown[]]> {
  const brief = (list: readonly unknown[]): [number, unknown[]] => [list.length, list.slice(0, 3)];
  return {
    missing: brief(comparison.missing),
    unexpected: brief(comparison.unexpected),
    repeated: brief(comparison.repeated),
    differing: brief(comparison.differing),
  };
}

export const NOTHING_WRONG = summariseComparison(EXACTLY_AS_EXPECTED);
