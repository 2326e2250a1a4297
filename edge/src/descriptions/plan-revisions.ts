import { type DatastreamKey, type EpochMs, formatDecimal } from '@meetbrug/protocols/observation';
import type { Datastream } from '../normalise/datastream.ts';
import type { Device } from '../normalise/device-registry.ts';
import type { LevelHistory } from './level-history.ts';

/** The dated heights of a place: [valid from, mounting height or null, local zero or null], oldest first. */
export type DatedHeights = readonly (readonly [
  validFromMs: EpochMs,
  mountingHeightMetres: string | null,
  localZeroTawMetres: string | null,
])[];

/** Levels of one sensor that have to be derived again. */
export interface LevelRevision {
  /** The measured distances. */
  readonly distance: Datastream;
  readonly history: LevelHistory;
  /** The first moment whose heights the configuration changed. */
  readonly fromMs: EpochMs;
  readonly dated: DatedHeights;
}

/**
 * Which levels have to be derived again because a dated height changed since the last start. What lies before the first
 * entry that differs is left alone, and so is a change without a date: that holds for what is measured from now on.
 * @param applied the dated heights that the kept levels of a local level's datastream agree with
 */
export function planRevisions(
  devices: Iterable<Device>,
  applied: (level: DatastreamKey) => DatedHeights,
): LevelRevision[] {
  const revisions: LevelRevision[] = [];
  for (const { level, channels } of devices) {
    if (level === undefined) continue;
    const dated = datedHeights(level);
    const fromMs = firstDifference(applied(level.datastreams.local.key), dated);
    if (fromMs === undefined) continue;
    for (const { datastream } of channels.values()) {
      if (datastream.property.key === 'water-distance') {
        revisions.push({ distance: datastream, history: level, fromMs, dated });
      }
    }
  }
  return revisions;
}

function datedHeights({ dated }: LevelHistory): DatedHeights {
  return dated.map(({ validFromMs, binding }) => [
    validFromMs,
    binding === undefined ? null : formatDecimal(binding.mountingHeightMetres),
    binding?.taw === undefined ? null : formatDecimal(binding.taw.localZeroMetres),
  ]);
}

/** The oldest entry that only one of two histories has. */
function firstDifference(before: DatedHeights, after: DatedHeights): EpochMs | undefined {
  const text = (entry: DatedHeights[number]) => JSON.stringify(entry);
  const [old, young] = [new Set(before.map(text)), new Set(after.map(text))];
  const differing = [...before, ...after].filter((entry) => !(old.has(text(entry)) && young.has(text(entry))));
  return differing.length === 0 ? undefined : Math.min(...differing.map(([validFromMs]) => validFromMs));
}
