import type { HeatSettings } from '../config/heat-config.ts';
import { commonParts, type Datastream, datastream, type QualityOverrides } from '../normalise/datastream.ts';
import { type HeatInput, type HeatMethod, heatMethods, isHeatInput } from './heat-methods.ts';

/** One way to compute an index at one air temperature: where its inputs come from and where its values go. */
export interface HeatBinding {
  readonly method: HeatMethod;
  readonly derived: Datastream;
  /** For each input of the method the datastreams that are close enough, nearest first. */
  readonly sources: ReadonlyMap<HeatInput, readonly Datastream[]>;
}

/** For each datastream of an air temperature: for each index its bindings, the preferred method first. */
export type HeatBindings = ReadonlyMap<Datastream, readonly (readonly HeatBinding[])[]>;

/** Of one input so many sensors are considered, the nearest: with five inputs and the air that makes 16 at most. */
const SOURCES_MAX = 3;
const METRES_PER_DEGREE = 111_195;
const RADIANS = Math.PI / 180;

/**
 * Which heat indices can be computed from the datastreams of a configuration. Close in place is the same measuring point
 * or, where configured, a distance. An index without all its inputs has no binding, so no datastream either.
 * @param qualityAt the quality rules that the device of an air temperature states
 */
export function heatBindings(
  datastreams: readonly Datastream[],
  settings: HeatSettings,
  qualityAt: (air: Datastream) => QualityOverrides,
): HeatBindings {
  const nearby = neighbourhood(
    datastreams.filter(({ property }) => isHeatInput(property.key)),
    settings.withinMetres,
  );
  const methods = heatMethods(settings);
  const bindings = new Map<Datastream, readonly (readonly HeatBinding[])[]>();
  for (const air of datastreams) {
    if (air.property.key !== 'air-temperature') continue;
    const around = nearby(air);
    const ofAir = settings.indices
      .map((index) => methods[index].flatMap((method) => bindMethod(method, air, around, qualityAt(air))))
      .filter((candidates) => candidates.length > 0);
    if (ofAir.length > 0) bindings.set(air, ofAir);
  }
  return bindings;
}

function bindMethod(
  method: HeatMethod,
  air: Datastream,
  around: readonly Datastream[],
  quality: QualityOverrides,
): HeatBinding[] {
  const sources = new Map<HeatInput, readonly Datastream[]>();
  for (const input of method.inputs) {
    const needsHeight = method.inputsWithHeight.includes(input);
    const found = around.filter(
      (candidate) => candidate.property.key === input && (!needsHeight || hasHeight(candidate)),
    );
    if (found.length === 0) return [];
    sources.set(input, found.slice(0, SOURCES_MAX));
  }
  const derivedFrom = [air, ...[...sources.values()].flat()].map(({ key }) => key);
  const procedure = { name: method.name, label: method.label, derivedFrom };
  const derived = datastream({ ...commonParts(air), property: method.index, procedure, quality });
  return [{ method, derived, sources }];
}

/** Whether the mounting height of a sensor is known, at least for some of the time. */
function hasHeight({ content, history }: Datastream): boolean {
  return [content, ...history.map((dated) => dated.content)].some(
    ({ measuringPoint }) => measuringPoint.mountingHeightMetres !== undefined,
  );
}

/** Finds the datastreams close to another, nearest first; its own sensor goes before others of the same distance. */
function neighbourhood(inputs: readonly Datastream[], withinMetres: number): (of: Datastream) => Datastream[] {
  const byPlace = Map.groupBy(inputs, ({ content }) => content.measuringPoint.name);
  const byLatitude = inputs.toSorted((a, b) => latitude(a) - latitude(b));
  const degrees = withinMetres / METRES_PER_DEGREE;
  return (of) => {
    const found = new Set(byPlace.get(of.content.measuringPoint.name));
    const first = withinMetres === 0 ? byLatitude.length : firstFrom(byLatitude, latitude(of) - degrees);
    for (let index = first; index < byLatitude.length; index += 1) {
      const candidate = byLatitude[index] as Datastream;
      if (latitude(candidate) > latitude(of) + degrees) break;
      if (distanceMetres(of, candidate) <= withinMetres) found.add(candidate);
    }
    return [...found].sort((a, b) => remoteness(of, a) - remoteness(of, b));
  };
}

/** Negative for a channel of the same sensor; the same measuring point before any other, whatever its coordinates. */
function remoteness(of: Datastream, other: Datastream): number {
  if (other.content.measuringPoint.name !== of.content.measuringPoint.name) return distanceMetres(of, other);
  return other.content.sensor.name === of.content.sensor.name ? -2 : -1;
}

function latitude({ content }: Datastream): number {
  return content.measuringPoint.latitude;
}

/** Index of the first datastream at or north of a latitude. */
function firstFrom(byLatitude: readonly Datastream[], degrees: number): number {
  let low = 0;
  let high = byLatitude.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (latitude(byLatitude[middle] as Datastream) < degrees) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** On a sphere, flat between the two: exact to a metre over the distances of a city. */
function distanceMetres(a: Datastream, b: Datastream): number {
  const north = latitude(a) - latitude(b);
  const east =
    (a.content.measuringPoint.longitude - b.content.measuringPoint.longitude) *
    Math.cos(((latitude(a) + latitude(b)) / 2) * RADIANS);
  return Math.hypot(north, east) * METRES_PER_DEGREE;
}
