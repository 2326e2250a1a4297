/** Inclusive ranges of sequences, sorted, apart from each other: how acknowledgements are kept and sent. */
export type SequenceRange = readonly [from: number, to: number];

/** Joins a range into a normalised list. Linear in the ranges it touches, logarithmic in the others. */
export function addRange(ranges: readonly SequenceRange[], [from, to]: SequenceRange): SequenceRange[] {
  let start = lowerBound(ranges, from - 1);
  let low = from;
  let high = to;
  const first = start;
  for (let range = ranges[start]; range !== undefined && range[0] <= to + 1; range = ranges[start]) {
    low = Math.min(low, range[0]);
    high = Math.max(high, range[1]);
    start += 1;
  }
  return [...ranges.slice(0, first), [low, high], ...ranges.slice(start)];
}

/** Takes a range out of a normalised list: what of `ranges` lies outside it, normalised. Cost as of {@link addRange}. */
export function subtractRange(ranges: readonly SequenceRange[], [from, to]: SequenceRange): SequenceRange[] {
  if (to < from) return [...ranges];
  const first = lowerBound(ranges, from);
  let end = first;
  while (end < ranges.length && (ranges[end] as SequenceRange)[0] <= to) end += 1;
  if (end === first) return [...ranges];
  const [low] = ranges[first] as SequenceRange;
  const [, high] = ranges[end - 1] as SequenceRange;
  const below: SequenceRange[] = low < from ? [[low, from - 1]] : [];
  const above: SequenceRange[] = high > to ? [[to + 1, high]] : [];
  return [...ranges.slice(0, first), ...below, ...above, ...ranges.slice(end)];
}

/** How many sequences normalised ranges hold. */
export function countSequences(ranges: readonly SequenceRange[]): number {
  return ranges.reduce((count, [from, to]) => count + (to - from + 1), 0);
}

/** Ranges from sequences in rising order. */
export function rangesOf(sequences: readonly number[]): SequenceRange[] {
  const ranges: [number, number][] = [];
  for (const sequence of sequences) {
    const last = ranges.at(-1);
    if (last !== undefined && sequence <= last[1] + 1) last[1] = Math.max(last[1], sequence);
    else ranges.push([sequence, sequence]);
  }
  return ranges;
}

export function rangesContain(ranges: readonly SequenceRange[], sequence: number): boolean {
  const range = ranges[lowerBound(ranges, sequence)];
  return range !== undefined && range[0] <= sequence;
}

/** Index of the first range that ends at or after `sequence`. */
function lowerBound(ranges: readonly SequenceRange[], sequence: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as SequenceRange)[1] < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}
