/**
 * The first of `memberCount` members whose stamp is `atMs` or later, `memberCount` when there is none. Stamps never fall
 * with the ordinal; members that are no longer in the store (undefined) are the oldest.
 */
export function findOrdinal(
  memberCount: number,
  stampOf: (ordinal: number) => number | undefined,
  atMs: number,
): number {
  let from = 0;
  let until = memberCount;
  while (from < until) {
    const middle = Math.floor((from + until) / 2);
    const stampMs = stampOf(middle);
    if (stampMs === undefined || stampMs < atMs) from = middle + 1;
    else until = middle;
  }
  return from;
}
