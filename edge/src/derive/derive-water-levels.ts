import { addDecimals, type Decimal, subtractDecimals } from '@meetbrug/protocols/observation';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { LevelBinding } from '../descriptions/level-history.ts';
import type { Datastream } from '../normalise/datastream.ts';
import { normaliseValue } from '../normalise/normalise-value.ts';
import type { NormalisedObservation, ReadingFault } from '../normalise/normalised-observation.ts';

/**
 * Water levels from a distance: local = mounting height - distance, TAW = height of the local zero + local. They keep
 * the times and the quality of the distance.
 */
export function deriveWaterLevels(
  distance: NormalisedObservation,
  { mountingHeightMetres, local, taw }: LevelBinding,
): Result<NormalisedObservation, ReadingFault>[] {
  const localLevel = subtractDecimals(mountingHeightMetres, distance.value);
  const levels = [levelObservation(distance, localLevel, local)];
  if (taw === undefined) return levels;
  const tawLevel = localLevel === undefined ? undefined : addDecimals(taw.localZeroMetres, localLevel);
  return [...levels, levelObservation(distance, tawLevel, taw.datastream)];
}

function levelObservation(
  distance: NormalisedObservation,
  level: Decimal | undefined,
  datastream: Datastream,
): Result<NormalisedObservation, ReadingFault> {
  if (level === undefined) return fail('outside-range', `${datastream.property.key}: needs more than 15 digits`);
  const value = normaliseValue(level, 'm', datastream);
  return value.ok ? ok({ ...distance, datastream, value: value.value }) : value;
}
