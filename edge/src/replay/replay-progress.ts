import { z } from 'zod';

/**
 * What becomes of a raw form that is run again.
 *
 * - `taken`: an uplink that nobody had seen, with its observations.
 * - `corrected`: an uplink that was taken before gives another value, or one more, now.
 * - `unchanged`: it gives what it gave.
 * - `duplicate`: the same uplink came by another road or again meanwhile, and was taken.
 * - `event`: it carries nothing to observe.
 * - `still-failing`: it stays in the quarantine, with the reason of today.
 * - `not-kept`: privacy rules, or their time, left nothing that could be read again; it stays as it is.
 */
export const REPLAY_OUTCOMES = [
  'taken',
  'corrected',
  'unchanged',
  'duplicate',
  'event',
  'still-failing',
  'not-kept',
] as const;
export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number];

/** Reasons that are told apart in a count; the rest counts as `other`. */
const REASONS_MAX = 64;
const OTHER = 'other';

const count = z.int().min(0);

/** How far a replay is: `from` the next row to look at, `end` behind the last. */
export const replayProgressSchema = z.strictObject({
  quarantine: z.strictObject({ from: count, end: count }),
  kept: z.strictObject({ from: count, end: count }),
  outcomes: z.partialRecord(z.enum(REPLAY_OUTCOMES), count),
  /** Why what is still failing fails, by reason. */
  reasons: z.record(z.string(), count),
});

export type ReplayProgress = z.infer<typeof replayProgressSchema>;

export function countOutcome(progress: ReplayProgress, outcome: ReplayOutcome, reason?: string): ReplayProgress {
  const outcomes = { ...progress.outcomes, [outcome]: (progress.outcomes[outcome] ?? 0) + 1 };
  if (reason === undefined) return { ...progress, outcomes };
  const isTold = Object.hasOwn(progress.reasons, reason) || Object.keys(progress.reasons).length < REASONS_MAX;
  const name = isTold ? reason : OTHER;
  return { ...progress, outcomes, reasons: { ...progress.reasons, [name]: (progress.reasons[name] ?? 0) + 1 } };
}

/** Rows that are still to be looked at, whether they are asked for or not. */
export function remainingRows({ quarantine, kept }: ReplayProgress): number {
  return quarantine.end - quarantine.from + (kept.end - kept.from);
}

/** The counts in words, and what is behind them. */
export function describeProgress({ outcomes, reasons }: ReplayProgress): string {
  const counted = REPLAY_OUTCOMES.flatMap((outcome) => {
    const number = outcomes[outcome];
    return number === undefined ? [] : [`${number} ${outcome}`];
  });
  const failing = Object.entries(reasons).map(([reason, number]) => `${number} ${reason}`);
  const why = failing.length === 0 ? '' : ` (${failing.join(', ')})`;
  return counted.length === 0 ? 'nothing was asked for' : counted.join(', ') + why;
}
