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
