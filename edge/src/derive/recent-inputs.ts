import type { EpochMs } from '@meetbrug/protocols/observation';
import type { Datastream } from '../normalise/datastream.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';

/** So many values of each datastream are kept between uplinks, the newest by phenomenon time. */
export const RECENT_KEPT = 16;

/**
 * The last values of the datastreams that heat indices are computed from. In memory only: what a restart loses is the
 * derived values until the inputs come in again, never a measured one.
 */
export class RecentInputs {
  /** By phenomenon time, oldest first. */
  readonly #values: ReadonlyMap<Datastream, NormalisedObservation[]>;

  /** @param datastreams what may be noted; everything else is let go at once */
  constructor(datastreams: Iterable<Datastream>) {
    this.#values = new Map([...datastreams].map((datastream) => [datastream, []]));
  }

  /** Takes the observations of one uplink; a second value for one time takes the place of the first. */
  note(observations: readonly NormalisedObservation[]): void {
    for (const observation of observations) {
      const values = this.#values.get(observation.datastream);
      if (values === undefined) continue;
      const index = values.findLastIndex(({ beginMs }) => beginMs <= observation.beginMs);
      if (values[index]?.beginMs === observation.beginMs) values[index] = observation;
      else values.splice(index + 1, 0, observation);
    }
  }

  /** The newest value of the given datastreams within `[fromMs, untilMs]`; of equally new ones the first datastream's. */
  newest(datastreams: readonly Datastream[], fromMs: EpochMs, untilMs: EpochMs): NormalisedObservation | undefined {
    let newest: NormalisedObservation | undefined;
    for (const datastream of datastreams) {
      const value = this.#values.get(datastream)?.findLast(({ beginMs }) => beginMs <= untilMs);
      if (value === undefined || value.beginMs < fromMs) continue;
      if (newest === undefined || value.beginMs > newest.beginMs) newest = value;
    }
    return newest;
  }

  /** Lets go of what is beyond the bound, after the values of an uplink have been used. */
  forget(observations: readonly NormalisedObservation[]): void {
    for (const { datastream } of observations) {
      const values = this.#values.get(datastream);
      if (values !== undefined && values.length > RECENT_KEPT) values.splice(0, values.length - RECENT_KEPT);
    }
  }
}
