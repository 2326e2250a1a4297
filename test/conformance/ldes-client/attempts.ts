/**
 * ldes-client 0.3.0 may end a pass before it has handed over its last pages. By its source, two pages that are put on its
 * list at the same moment can get the same number there (it reads the number, waits, then raises it), and when the first of
 * them is done the other is no longer counted. The more nodes it reads at once that each lead on, the oftener it was seen;
 * with one page at a time it never was, in 30 passes. Nor does a client that follows miss anything: it comes back. So what comes out incomplete
 * is tried again, one page at a time, this often at most.
 */
export const ATTEMPTS_MAX = 4;

/** Pages to fetch at once: as the client does by itself, and then one. */
export function fetchesOf(attempt: number): number {
  return attempt === 1 ? 10 : 1;
}

export interface Attempted<Outcome> {
  readonly outcome: Outcome;
  /** What came before it and was not good. */
  readonly failed: readonly Outcome[];
}

/** Tries until the outcome is good; the last one counts, good or not. */
export async function attempt<Outcome>(
  once: (attempt: number) => Promise<Outcome>,
  isGood: (outcome: Outcome) => boolean,
): Promise<Attempted<Outcome>> {
  const failed: Outcome[] = [];
  while (true) {
    const outcome = await once(failed.length + 1);
    if (isGood(outcome) || failed.length + 1 === ATTEMPTS_MAX) return { outcome, failed };
    failed.push(outcome);
  }
}
