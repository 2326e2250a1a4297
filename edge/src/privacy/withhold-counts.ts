import { type DatastreamKey, decimalToNumber, type EpochMs, type Quality } from '@meetbrug/protocols/observation';
import type { ObservedProperty } from '@meetbrug/protocols/properties';
import type { Datastream } from '../normalise/datastream.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import type { SmallCountRule } from './count-cell.ts';
import type { VehicleType } from './road-user-counts.ts';

/** How the counts of one device are withheld. */
export interface SmallCounts {
  readonly rule: SmallCountRule;
  /**
   * Whose counts are withheld. Whole classes with all that lies below them: a count of cars would narrow a suppressed
   * count of vans.
   */
  readonly vehicleTypes: ReadonlySet<VehicleType>;
  /** The datastream of windows that a datastream of counts is summed into. */
  readonly windows: ReadonlyMap<DatastreamKey, Datastream>;
}

/** A count on its way into the sum of a window. */
export interface CountContribution {
  readonly window: Datastream;
  readonly rule: SmallCountRule;
  readonly beginMs: EpochMs;
  readonly count: number;
  readonly quality: Quality;
}

export interface WithheldCounts {
  /** What leaves the edge as it is. */
  readonly observations: readonly NormalisedObservation[];
  /** What leaves it as part of a sum. */
  readonly contributions: readonly CountContribution[];
}

/**
 * Parts the observations of a device with small counts: its counts over an interval go into their windows, and of what
 * remains nothing leaves that tells about the same passers-by. So no counter reading (two of them are a total over any
 * time between), no speed or occupancy (of a handful of vehicles) and no sum over directions or classes is published
 * beside a window, and a window is all that anybody outside ever learns about its people.
 */
export function withholdCounts(
  observations: readonly NormalisedObservation[],
  { rule, vehicleTypes, windows }: SmallCounts,
): WithheldCounts {
  const contributions: CountContribution[] = [];
  const leaving: NormalisedObservation[] = [];
  for (const observation of observations) {
    const { datastream, beginMs, endMs, value, quality } = observation;
    const window = windows.get(datastream.key);
    if (window !== undefined && endMs !== undefined) {
      contributions.push({ window, rule, beginMs, count: decimalToNumber(value), quality });
    } else if (!tellsAboutPassersBy(datastream.property, vehicleTypes)) leaving.push(observation);
  }
  return { observations: leaving, contributions };
}

/** A whole number without a class is taken for a counter reading; a battery level is none. */
function tellsAboutPassersBy(
  { traffic, theme, kind }: ObservedProperty,
  vehicleTypes: ReadonlySet<VehicleType>,
): boolean {
  if (traffic !== undefined) return vehicleTypes.has(traffic.roadUser.vehicleType);
  return theme === 'mobility' || kind === 'count';
}
