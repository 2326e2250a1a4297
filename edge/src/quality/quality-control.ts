import type { QualityFlag } from '@meetbrug/protocols/observation';
import type { Datastream } from '../normalise/datastream.ts';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import { type AssessedObservation, assess, NEW_DATASTREAM, type QualityState } from './assess.ts';

/** What a device says about itself in the uplink that carries an observation. */
export type DeviceCondition = Pick<AssessedObservation, 'tiltDegrees' | 'uptimeShare'>;

/**
 * Judges each observation by the rules of its datastream and adds flags, never more. What it remembers is a few numbers
 * a datastream, in memory only: after a restart steps and standstills are known again once values have come in.
 */
export class QualityControl {
  readonly #states = new WeakMap<Datastream, QualityState>();

  judge(observation: NormalisedObservation, condition: DeviceCondition = {}): NormalisedObservation {
    const { datastream } = observation;
    if (datastream.rules === undefined) return observation;
    const state = this.#states.get(datastream) ?? NEW_DATASTREAM;
    const assessed = assess(datastream.rules, state, { ...observation, ...condition });
    this.#states.set(datastream, assessed.state);
    return withFlags(
      observation,
      assessed.flags.map(({ flag }) => flag),
    );
  }
}

/** The observation with flags added, each once. */
export function withFlags(observation: NormalisedObservation, flags: readonly QualityFlag[]): NormalisedObservation {
  const { quality } = observation;
  const added = flags.filter((flag) => !quality.flags.includes(flag));
  if (added.length === 0) return observation;
  return { ...observation, quality: { ...quality, flags: [...quality.flags, ...new Set(added)] } };
}
