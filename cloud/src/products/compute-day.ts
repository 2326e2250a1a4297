import {
  type DatastreamDescription,
  type DatastreamKey,
  type EpochMs,
  exactDecimal,
  formatDecimal,
} from '@meetbrug/protocols/observation';
import type { DayVerdict, SourceRow } from './day-verdict.ts';
import type { LocalDay } from './local-day.ts';
import { peakHour } from './peak-hour.ts';
import type { Target } from './plan-targets.ts';
import { productQuality } from './product-quality.ts';
import type { DayRule } from './product-rule.ts';
import { neighbourhoodDay, thresholdDay } from './threshold-day.ts';

/** A value of a product that is to be published unless it is already. */
export interface ComputedValue {
  readonly organisation: string;
  readonly description: DatastreamDescription;
  readonly beginMs: EpochMs;
  /** Undefined for an instant. */
  readonly endMs: EpochMs | undefined;
  /** Decimal text. */
  readonly value: string;
  readonly quality: number;
  /** The observations it was computed from; none where they are more than one can name. */
  readonly inputs: readonly { readonly datastream: DatastreamKey; readonly beginMs: EpochMs }[];
}

export interface DaySettings {
  /** Least share of the hours of a day with data, 0 to 1. */
  readonly coverageMin: number;
  /** Least share of the sensors of a neighbourhood, 0 to 1. */
  readonly sensorShareMin: number;
}

/** Rows of one datastream on the day, those that are not to be used left out. */
export type RowsOfDay = (datastream: number) => readonly SourceRow[];

/** The day of one sensor, which is computed or known from before. */
export type SensorDay = (
  sensor: Target<DayRule>['sensors'][number],
  compute: () => DayVerdict<boolean>,
) => DayVerdict<boolean>;

/** Observations name at most this many inputs. */
const INPUTS_MAX = 16;

/** The values of one target on one local day, or why there are none. */
export function computeDay(
  target: Target<DayRule>,
  day: LocalDay,
  rowsOf: RowsOfDay,
  settings: DaySettings,
  ofSensor: SensorDay = (_, compute) => compute(),
): DayVerdict<readonly ComputedValue[]> {
  const verdict = valuesOf(target, day, rowsOf, settings, ofSensor);
  if (verdict.kind !== 'decided') return verdict;
  const keys = new Map(target.sensors.flat().map(({ id, description }) => [id, description.datastream]));
  const inputs = verdict.inputs.flatMap(({ datastream, beginMs }) => {
    const key = keys.get(datastream);
    return key === undefined ? [] : [{ datastream: key, beginMs }];
  });
  const quality = productQuality(verdict.inputs.map((row) => row.quality));
  const values = target.products.map((description, index) => ({
    organisation: target.organisation,
    description,
    beginMs: day.beginMs,
    endMs: day.endMs,
    value: verdict.value[index] as string,
    quality,
    inputs: inputs.length <= INPUTS_MAX ? inputs : [],
  }));
  return { kind: 'decided', value: values, inputs: verdict.inputs };
}

/** One text for each product of the target. */
function valuesOf(
  { rule, sensors, ofNeighbourhood }: Target<DayRule>,
  day: LocalDay,
  rowsOf: RowsOfDay,
  { coverageMin, sensorShareMin }: DaySettings,
  ofSensor: SensorDay,
): DayVerdict<readonly string[]> {
  if (rule.kind === 'peak-hour') {
    const peak = peakHour(
      sensors.flat().map(({ id }) => rowsOf(id)),
      day,
      coverageMin,
    );
    return mapped(peak, ({ clockHour, count }) => [formatDecimal(exactDecimal(clockHour)), formatDecimal(count)]);
  }
  const days = sensors.map((sensor) =>
    ofSensor(sensor, () => {
      const rows = sensor.flatMap(({ id }) => rowsOf(id));
      return thresholdDay(rows, day, rule.threshold, coverageMin);
    }),
  );
  const [one] = days;
  const verdict = ofNeighbourhood || one === undefined ? neighbourhoodDay(days, sensorShareMin) : one;
  return mapped(verdict, (isSo) => [isSo ? '1' : '0']);
}

function mapped<From, To>(verdict: DayVerdict<From>, map: (value: From) => To): DayVerdict<To> {
  return verdict.kind === 'decided' ? { ...verdict, value: map(verdict.value) } : verdict;
}
