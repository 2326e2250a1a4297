import {
  type DatastreamKey,
  type EpochMs,
  formatDecimal,
  parseDecimal,
  unpackQuality,
} from '@meetbrug/protocols/observation';
import { deriveWaterLevels } from '../derive/derive-water-levels.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import { levelAt } from './level-history.ts';
import type { LevelRevision } from './plan-revisions.ts';

/** An observation as the outbox keeps it, with the key of its datastream. */
export interface KeptObservation {
  readonly datastream: DatastreamKey;
  readonly beginMs: EpochMs;
  readonly resultMs: EpochMs;
  readonly value: string;
  readonly quality: number;
}

/**
 * The levels of one kept row that the heights of now make different from what was published: corrections.
 * @param row all observations of the row
 * @param revisions by the datastream of the distances
 * @param revised the value of an earlier correction, where there was one
 */
export function reviseLevels(
  row: readonly KeptObservation[],
  revisions: ReadonlyMap<DatastreamKey, LevelRevision>,
  revised: (level: DatastreamKey, beginMs: EpochMs) => string | undefined,
): NormalisedObservation[] {
  const published = (level: DatastreamKey, beginMs: EpochMs) =>
    revised(level, beginMs) ?? row.find((kept) => kept.datastream === level && kept.beginMs === beginMs)?.value;
  return row.flatMap((kept) => {
    const revision = revisions.get(kept.datastream);
    if (revision === undefined || kept.beginMs < revision.fromMs) return [];
    return levelsOf(kept, revision).filter(
      ({ datastream, beginMs, value }) => published(datastream.key, beginMs) !== formatDecimal(value),
    );
  });
}

function levelsOf(kept: KeptObservation, { distance, history }: LevelRevision): NormalisedObservation[] {
  const value = parseDecimal(kept.value);
  const quality = unpackQuality(kept.quality);
  const binding = levelAt(history, kept.beginMs);
  if (value === undefined || quality === undefined || binding === undefined) return [];
  const { beginMs, resultMs } = kept;
  const measured = { datastream: distance, beginMs, resultMs, value, quality };
  return deriveWaterLevels(measured, binding).flatMap((level) => (level.ok ? [level.value] : []));
}
