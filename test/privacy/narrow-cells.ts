/**
 * What somebody outside knows about the people that passed in one direction: between the passing of boundary `from` and
 * boundary `to` (indexes of moments in rising order) at least `low` and at most `high` of them.
 */
export interface Claim {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/**
 * An attacker who holds everything that was published and can add and subtract: the tightest bounds that all claims
 * together give on the people between two boundaries. Claims about sums over runs of moments are difference constraints
 * on the running total, and for those the shortest paths between all boundaries are the exact answer.
 */
export function tightestBounds(boundaryCount: number, claims: readonly Claim[]) {
  // most[i][j]: the total at boundary j is at most this above the total at boundary i.
  const most = Array.from({ length: boundaryCount }, (_, from) =>
    // Nobody passes a negative number of times: an earlier total is never above a later one.
    Array.from({ length: boundaryCount }, (__, to) => (to <= from ? 0 : Number.POSITIVE_INFINITY)),
  );
  const tighten = (from: number, to: number, bound: number) => {
    const row = most[from] as number[];
    row[to] = Math.min(row[to] as number, bound);
  };
  for (const { from, to, low, high } of claims) {
    tighten(from, to, high);
    tighten(to, from, -low);
  }
  for (let via = 0; via < boundaryCount; via += 1) {
    const after = most[via] as number[];
    for (const row of most) {
      const before = row[via] as number;
      for (let to = 0; to < boundaryCount; to += 1) {
        row[to] = Math.min(row[to] as number, before + (after[to] as number));
      }
    }
  }
  return (from: number, to: number) => ({ low: -(most[to]?.[from] as number), high: most[from]?.[to] as number });
}
