const HALVINGS_MAX = 60;

/**
 * Where a continuous function changes sign between `low` and `high`, to within `tolerance`; at most 60 halvings.
 * Undefined when it has the same sign, or no number, at both ends.
 */
export function bisectRoot(f: (x: number) => number, low: number, high: number, tolerance: number): number | undefined {
  const startsNegative = f(low) < 0;
  if (!(f(low) * f(high) <= 0)) return undefined;
  let [below, above] = [low, high];
  for (let step = 0; step < HALVINGS_MAX && above - below > tolerance; step += 1) {
    const middle = (below + above) / 2;
    if (f(middle) < 0 === startsNegative) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}
