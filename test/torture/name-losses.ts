import type { ReportedGap } from './read-gaps.ts';

/** An observation that was promised and is nowhere. */
export interface Loss {
  readonly iri: string;
  readonly datastream: string;
  readonly beginMs: number;
  /** Tells observations of one uplink from those of another. */
  readonly uplink: number;
}

/**
 * The losses that no report accounts for. A report of a datastream accounts for as many of its observations as it counts,
 * within its period. What cannot be read back any more is reported without a datastream, as one observation at least for
 * each uplink: such a report accounts for as many uplinks as it counts, whatever they held.
 */
export function unnamedLosses(losses: readonly Loss[], gaps: readonly ReportedGap[]): Loss[] {
  // Losses in order of time, each to the report that ends first: no other choice names more of them.
  const room = gaps.map((gap) => ({ ...gap, left: gap.observations })).sort((a, b) => a.lastMs - b.lastMs);
  const left = losses
    .toSorted((a, b) => a.beginMs - b.beginMs)
    .filter((loss) => {
      const gap = room.find((each) => each.left > 0 && names(each, loss));
      if (gap !== undefined) gap.left -= 1;
      return gap === undefined;
    });
  const uplinksMax = gaps.reduce((sum, gap) => sum + (gap.datastream === undefined ? gap.observations : 0), 0);
  const accounted = new Set([...new Set(left.map(({ uplink }) => uplink))].slice(0, uplinksMax));
  return left.filter(({ uplink }) => !accounted.has(uplink));
}

function names({ datastream, firstMs, lastMs }: ReportedGap, loss: Loss): boolean {
  return datastream === loss.datastream && firstMs <= loss.beginMs && loss.beginMs <= lastMs;
}
