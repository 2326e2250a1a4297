import type { OutsideResult } from '../outside/outside-append.ts';
import type { PageCounts } from './follow-memory.ts';

/** What became of a member: what the log said, or why it never came there. */
export type MemberOutcome = OutsideResult | 'refused';

/** How far a feed was followed, since the program started. */
export interface FollowProgress extends PageCounts {
  readonly members: Readonly<Record<MemberOutcome, number>>;
  /** Answers: pages that were read, pages that had not changed, requests that failed. */
  readonly requests: Readonly<Record<RequestOutcome, number>>;
  /** Everything that there is was read, and nothing is due. */
  readonly caughtUp: boolean;
  /** Why it does not go on, or what it goes on without. */
  readonly fault?: string | undefined;
  /** Why the last member was refused or in conflict. */
  readonly refusal?: string | undefined;
}

export type RequestOutcome = 'read' | 'unchanged' | 'failed';

/** Counts what happens to one feed. */
export interface FollowTally {
  readonly members: Record<MemberOutcome, number>;
  readonly requests: Record<RequestOutcome, number>;
  refusal?: string;
}

export function createTally(): FollowTally {
  return {
    members: { created: 0, known: 0, conflict: 0, refused: 0 },
    requests: { read: 0, unchanged: 0, failed: 0 },
  };
}
