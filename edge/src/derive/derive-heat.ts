import { type Decimal, decimalFromNumber, type Quality, type QualityFlag } from '@meetbrug/protocols/observation';
import { ok, type Result } from '@meetbrug/protocols/result';
import { validAt } from '../descriptions/place-history.ts';
import { normaliseValue } from '../normalise/normalise-value.ts';
import type { NormalisedObservation, ReadingFault } from '../normalise/normalised-observation.ts';
import type { HeatBinding, HeatBindings } from './heat-bindings.ts';
import type { HeatInput } from './heat-methods.ts';
import type { RecentInputs } from './recent-inputs.ts';

const MS_PER_SECOND = 1_000;

/** Flags of an input that nothing is derived from. */
const IMPLAUSIBLE: ReadonlySet<QualityFlag> = new Set<QualityFlag>([
  'device-reported-fault',
  'outside-plausible-range',
  'step-too-large',
  'value-stuck',
  'sensor-tilted',
]);

/**
 * The heat indices of one air temperature, with the newest other inputs that are not later than it and at most
 * `withinSeconds` older. So the phenomenon time of the index is that of the air temperature, and an input that arrives
 * after it changes nothing. Nothing is derived where an input is missing or implausible, nor where the index is not
 * published for such weather.
 */
export function deriveHeat(
  air: NormalisedObservation,
  bindings: HeatBindings,
  recent: RecentInputs,
  withinSeconds: number,
): Result<NormalisedObservation, ReadingFault>[] {
  const ofAir = bindings.get(air.datastream);
  if (ofAir === undefined || isImplausible(air)) return [];
  return ofAir.flatMap((methods) => {
    for (const binding of methods) {
      const inputs = inputsOf(binding, air, recent, withinSeconds);
      const value = inputs === undefined ? undefined : compute(binding, air, inputs);
      if (inputs !== undefined && value !== undefined) return [derivedObservation(binding, air, inputs, value)];
    }
    return [];
  });
}

type Inputs = ReadonlyMap<HeatInput, NormalisedObservation>;

function inputsOf(
  { method, sources }: HeatBinding,
  air: NormalisedObservation,
  recent: RecentInputs,
  withinSeconds: number,
): Inputs | undefined {
  const inputs = new Map<HeatInput, NormalisedObservation>();
  for (const [input, datastreams] of sources) {
    const newest = recent.newest(datastreams, air.beginMs - withinSeconds * MS_PER_SECOND, air.beginMs);
    if (newest === undefined || isImplausible(newest)) return undefined;
    if (method.inputsWithHeight.includes(input) && mountingHeight(newest) === undefined) return undefined;
    inputs.set(input, newest);
  }
  return inputs;
}

function isImplausible({ quality }: NormalisedObservation): boolean {
  return quality.flags.some((flag) => IMPLAUSIBLE.has(flag));
}

function compute({ method, derived }: HeatBinding, air: NormalisedObservation, inputs: Inputs): Decimal | undefined {
  const { latitude, longitude } = placeOf(air);
  const input = (name: HeatInput): NormalisedObservation => {
    const observation = inputs.get(name);
    if (observation === undefined) throw new Error(`${method.name} does not name ${name} among its inputs`);
    return observation;
  };
  const computed = method.compute({
    atMs: air.beginMs,
    latitude,
    longitude,
    airTemperature: air.value,
    value: (name) => input(name).value,
    heightMetres: (name) => {
      const height = mountingHeight(input(name));
      if (height === undefined) throw new Error(`${method.name} does not ask for the height of ${name}`);
      return height;
    },
    resolution: derived.resolution,
  });
  return computed.ok ? computed.value : undefined;
}

function mountingHeight(observation: NormalisedObservation): Decimal | undefined {
  return decimalFromNumber(placeOf(observation).mountingHeightMetres ?? Number.NaN);
}

/** The measuring point as it was at the time of the observation. */
function placeOf({ datastream, beginMs }: NormalisedObservation) {
  return (validAt(datastream.history, beginMs)?.content ?? datastream.content).measuringPoint;
}

function derivedObservation(
  { derived }: HeatBinding,
  air: NormalisedObservation,
  inputs: Inputs,
  computed: Decimal,
): Result<NormalisedObservation, ReadingFault> {
  const value = normaliseValue(computed, 'Cel', derived);
  if (!value.ok) return value;
  const all = [air, ...inputs.values()];
  const quality: Quality = {
    timeSource: air.quality.timeSource,
    flags: [...new Set(all.flatMap(({ quality: { flags } }) => flags))],
  };
  return ok({
    datastream: derived,
    beginMs: air.beginMs,
    ...(air.endMs === undefined ? {} : { endMs: air.endMs }),
    resultMs: Math.max(...all.map(({ resultMs }) => resultMs)),
    value: value.value,
    quality,
    inputs: all.map(({ datastream, beginMs }) => ({ datastream, beginMs })),
  });
}
