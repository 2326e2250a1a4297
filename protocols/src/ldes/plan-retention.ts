import type { EpochMs } from '../observation/instant.ts';
import type { RetentionPolicy } from './view-definition.ts';

/** A node below the root of a view (in `by-page`: on the first level of the index) to which nothing is added any more. */
export interface FirstLevelNode {
  /** Stamp of the last member below it. */
  readonly lastMs: EpochMs;
  /** Whether it holds one of the newest versions that the policy counts; absent: it may. */
  readonly holdsNewestVersions?: boolean;
}

const DAY_MS = 86_400_000;
/** What is dropped is older than promised by at least this: readers' clocks differ. */
const MARGIN_MS = 3_600_000;

/**
 * How many of the nodes, oldest first, may go. All that the policy promises stays, and what lies behind it, so that a view
 * has no holes.
 */
export function planRetention(
  { days, versions, startMs }: RetentionPolicy,
  oldestFirst: readonly FirstLevelNode[],
  nowMs: EpochMs,
): number {
  const isBefore = (node: FirstLevelNode, ms: EpochMs) => node.lastMs < ms - MARGIN_MS;
  const isPromised = (node: FirstLevelNode) => {
    if (startMs !== undefined && isBefore(node, startMs)) return false;
    if (days === undefined && versions === undefined) return true;
    const isYoung = days !== undefined && !isBefore(node, nowMs - days * DAY_MS);
    return isYoung || (versions !== undefined && node.holdsNewestVersions !== false);
  };
  const firstPromised = oldestFirst.findIndex(isPromised);
  return firstPromised === -1 ? oldestFirst.length : firstPromised;
}
