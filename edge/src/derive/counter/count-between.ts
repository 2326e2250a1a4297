import { type CounterReading, type CounterRules, counterModulus } from './counter-reading.ts';

/** `counter-reset`: the device began again. `implausible-rate`: the counter rose faster than the counted thing can come. */
export type NoCountReason = 'counter-reset' | 'implausible-rate';

export type CountOutcome =
  | { readonly kind: 'counted'; readonly count: number }
  | { readonly kind: 'no-count'; readonly reason: NoCountReason };

/**
 * What was counted from one reading to the next in time. A counter that fell has wrapped if the frame counter rose and
 * the count it then stands for is possible in that time; anything else is a reset of the device and gives no count. A gap
 * so long that the counter could have gone round more than once still counts one round at most.
 */
export function countBetween(from: CounterReading, to: CounterReading, rules: CounterRules): CountOutcome {
  if (to.frameCounter <= from.frameCounter) return { kind: 'no-count', reason: 'counter-reset' };
  const fell = to.value < from.value;
  const count = to.value - from.value + (fell ? counterModulus(rules) : 0);
  if (count <= ((to.atMs - from.atMs) / 1000) * rules.countsPerSecondMax) return { kind: 'counted', count };
  return { kind: 'no-count', reason: fell ? 'counter-reset' : 'implausible-rate' };
}
