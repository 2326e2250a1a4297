import type { EpochMs } from '@meetbrug/protocols/observation';
import type { StoredObservation } from './stored-observations.ts';

export const THIN_INTERVAL_MS_MAX = 86_400_000;

/** The greatest phenomenon time that was kept of each datastream and interval, for as long as one stretch is thinned. */
export type KeptTimes = Map<string, EpochMs>;

export interface ThinnedRow {
  readonly kept: readonly StoredObservation[];
  readonly dropped: readonly StoredObservation[];
}

/**
 * Which observations of one row stay when each datastream keeps one value in each interval of phenomenon time. Rows come
 * newest first, so it is the last value that stays: the datastream's latest value and the last correction of a value are
 * never lost. Counts and sums over an interval stay too: they add up, and one that lacks is a wrong total.
 * @param kept what the rows before kept; it is added to
 */
export function thinRow(
  observations: readonly StoredObservation[],
  datastreamOf: (descriptionId: number) => string,
  intervalMs: number,
  kept: KeptTimes,
): ThinnedRow {
  const row: { kept: StoredObservation[]; dropped: StoredObservation[] } = { kept: [], dropped: [] };
  for (const observation of observations) {
    const [id, beginMs, endMs] = observation;
    const name = `${datastreamOf(id)} ${Math.floor(beginMs / intervalMs)}`;
    const keptMs = kept.get(name);
    const stays = endMs !== null || keptMs === undefined || beginMs > keptMs;
    if (stays && endMs === null) kept.set(name, beginMs);
    (stays ? row.kept : row.dropped).push(observation);
  }
  return row;
}
