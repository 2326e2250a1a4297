/**
 * Which refusals to write to the log: the first of its reason at once, then one in `intervalMs` with the number of those
 * that were left out, so that a stranger who tries again and again cannot fill a disk. Counters count each.
 *
 * @returns how many a line stands for, or undefined for no line. Keeps two numbers a reason: reasons are a closed set.
 */
export function thinRefusals(intervalMs: number, monotonicMs: () => number): (reason: string) => number | undefined {
  const silentUntilMs = new Map<string, number>();
  const unsaid = new Map<string, number>();
  return (reason) => {
    const nowMs = monotonicMs();
    const count = (unsaid.get(reason) ?? 0) + 1;
    const isSilent = nowMs < (silentUntilMs.get(reason) ?? 0);
    unsaid.set(reason, isSilent ? count : 0);
    if (isSilent) return undefined;
    silentUntilMs.set(reason, nowMs + intervalMs);
    return count;
  };
}
