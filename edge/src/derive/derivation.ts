import { BATCH_BOUNDS } from '@meetbrug/protocols/delivery';
import { type DatastreamKey, decimalToNumber, type EpochMs } from '@meetbrug/protocols/observation';
import type { Result } from '@meetbrug/protocols/result';
import type { Device } from '../normalise/device-registry.ts';
import type { NormalisedObservation, ReadingFault } from '../normalise/normalised-observation.ts';
import { type ClockState, type DeviceCondition, QualityControl, withFlags } from '../quality/mod.ts';
import { type CounterState, NEW_COUNTER } from './counter/mod.ts';
import { deriveCounts, type UncountedReason } from './derive-counts.ts';
import { deriveHeat } from './derive-heat.ts';
import type { HeatBindings } from './heat-bindings.ts';
import { RecentInputs } from './recent-inputs.ts';

/** What is known of one uplink beside its observations. */
export interface UplinkOrigin {
  readonly device: Device;
  readonly frameCounter: number;
  readonly receivedMs: EpochMs;
}

/** The observations of one uplink, judged, with those derived from them behind. */
export interface DerivedUplink {
  readonly observations: readonly NormalisedObservation[];
  /** Derived values that cannot be used. */
  readonly refused: readonly ReadingFault[];
  /** Counter readings that gave no count. */
  readonly uncounted: readonly UncountedReason[];
  /** Counters that moved: to be committed together with the uplink. */
  readonly counters: ReadonlyMap<DatastreamKey, CounterState>;
}

export interface DerivationOptions {
  readonly heat: HeatBindings;
  /** How much older than the air temperature another input of a heat index may be. */
  readonly heatWithinSeconds: number;
  readonly clockState: ClockState;
  /** A counter as it was last committed. */
  readonly committedCounter: (datastream: DatastreamKey) => CounterState | undefined;
}

/**
 * What needs to know earlier uplinks: quality flags, counts from counters, heat indices. Uplinks go through it in the
 * order of their commits. It remembers a bounded amount for each configured datastream, and counters durably.
 */
export class Derivation {
  readonly #options: DerivationOptions;
  readonly #quality = new QualityControl();
  readonly #recent: RecentInputs;
  readonly #counters = new Map<DatastreamKey, CounterState>();

  constructor(options: DerivationOptions) {
    this.#options = options;
    const bindings = [...options.heat.values()].flat(2);
    this.#recent = new RecentInputs(bindings.flatMap(({ sources }) => [...sources.values()].flat()));
  }

  derive(observed: readonly NormalisedObservation[], origin: UplinkOrigin): DerivedUplink {
    const condition = conditionOf(observed);
    const measured = this.#flagClock(observed, origin).map((each) => this.#quality.judge(each, condition));
    const counted = this.#count(measured, origin);
    const derived = [...counted.counts, ...this.#deriveHeat(counted.readings)];
    const refused: ReadingFault[] = [];
    const observations = [...counted.readings];
    for (const each of derived) {
      const result = observations.length < BATCH_BOUNDS.observationsPerUplinkMax ? each : TOO_MANY;
      if (result.ok) observations.push(this.#quality.judge(result.value));
      else refused.push(result.fault);
    }
    return { observations, refused, uncounted: counted.uncounted, counters: counted.counters };
  }

  /** The clock of this machine matters where it gave the phenomenon time. */
  #flagClock(observed: readonly NormalisedObservation[], { receivedMs }: UplinkOrigin) {
    if (this.#options.clockState(receivedMs) !== false) return observed;
    return observed.map((each) =>
      each.quality.timeSource === 'edge' ? withFlags(each, ['clock-unsynchronised']) : each,
    );
  }

  /**
   * Of several readings of one counter in one uplink the newest counts: the others are stored records, and the frame
   * counter of the uplink that brings them says nothing about their order.
   */
  #count(measured: readonly NormalisedObservation[], { device, frameCounter }: UplinkOrigin) {
    if (device.counters.size === 0) return { ...NOTHING_COUNTED, readings: measured };
    const readings = [...measured];
    const counts: Result<NormalisedObservation, ReadingFault>[] = [];
    const uncounted: UncountedReason[] = [];
    const counters = new Map<DatastreamKey, CounterState>();
    for (const [datastream, binding] of device.counters) {
      const index = newestIndex(measured, ({ datastream: { key } }) => key === datastream.key);
      const reading = measured[index];
      if (reading === undefined) continue;
      const state = this.#counter(datastream.key);
      const derived = deriveCounts(state, reading, frameCounter, binding);
      if (!derived.ok) {
        uncounted.push(derived.fault.code);
        continue;
      }
      readings[index] = withFlags(reading, derived.value.uncounted);
      counts.push(...derived.value.counts);
      uncounted.push(...derived.value.uncounted);
      this.#counters.set(datastream.key, derived.value.state);
      if (derived.value.state !== state) counters.set(datastream.key, derived.value.state);
    }
    return { readings, counts, uncounted, counters };
  }

  /** Nothing was committed of what was derived since the last commit: counters are as the outbox has them. */
  rollBack(): void {
    this.#counters.clear();
  }

  #counter(datastream: DatastreamKey): CounterState {
    return this.#counters.get(datastream) ?? this.#options.committedCounter(datastream) ?? NEW_COUNTER;
  }

  #deriveHeat(measured: readonly NormalisedObservation[]): Result<NormalisedObservation, ReadingFault>[] {
    const { heat, heatWithinSeconds } = this.#options;
    this.#recent.note(measured);
    const derived = measured.flatMap((each) => deriveHeat(each, heat, this.#recent, heatWithinSeconds));
    this.#recent.forget(measured);
    return derived;
  }
}

const NOTHING_COUNTED = { counts: [], uncounted: [], counters: new Map<DatastreamKey, CounterState>() } as const;

const TOO_MANY = {
  ok: false,
  fault: {
    code: 'too-many-observations',
    detail: `${BATCH_BOUNDS.observationsPerUplinkMax} observations of one uplink fit, derived ones included`,
  },
} as const;

function conditionOf(observed: readonly NormalisedObservation[]): DeviceCondition {
  const tilt = observed[newestIndex(observed, ({ datastream }) => datastream.property.key === 'tilt')];
  return tilt === undefined ? {} : { tiltDegrees: decimalToNumber(tilt.value) };
}

/** Index of the newest observation that passes; -1 when none does. */
function newestIndex(
  observations: readonly NormalisedObservation[],
  passes: (observation: NormalisedObservation) => boolean,
): number {
  let newest = -1;
  observations.forEach((observation, index) => {
    const known = observations[newest];
    if (passes(observation) && (known === undefined || observation.beginMs > known.beginMs)) newest = index;
  });
  return newest;
}
