/**
 * Whether to say something again: the first time at once, then at most once in `intervalMs` for each key. Gives how often
 * it happened since it was last said, or undefined to stay silent. Keeps two numbers a key: the keys are a closed set.
 */
export function thinOut<Key extends string>(
  intervalMs: number,
  monotonicMs: () => number,
): (key: Key) => number | undefined {
  const said = new Map<Key, { lastMs: number; unsaidCount: number }>();
  return (key) => {
    const nowMs = monotonicMs();
    const state = said.get(key);
    if (state === undefined) {
      said.set(key, { lastMs: nowMs, unsaidCount: 0 });
      return 1;
    }
    state.unsaidCount += 1;
    if (nowMs - state.lastMs < intervalMs) return undefined;
    const count = state.unsaidCount;
    said.set(key, { lastMs: nowMs, unsaidCount: 0 });
    return count;
  };
}
