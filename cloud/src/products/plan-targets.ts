import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import type { PropertyKey } from '@meetbrug/protocols/properties';
import { CLOUD_SENDER } from './cloud-sender.ts';
import type { ConfiguredRules } from './configured-rules.ts';
import { describeNeighbourhoodProduct, describeSensorProduct, producedProperties } from './describe-product.ts';
import type { NeighbourhoodFinder } from './neighbourhoods.ts';
import type { AlertRule, DayRule, ProductRule } from './product-rule.ts';

/** A datastream of the store with its current description and its owner. */
export interface KnownDatastream {
  readonly id: number;
  readonly organisation: string;
  readonly edge: string;
  readonly description: DatastreamDescription;
}

/** The datastreams that one rule gives of one sensor or one neighbourhood. */
export interface Target<Rule extends ProductRule> {
  readonly rule: Rule;
  readonly organisation: string;
  /** One for each property that the rule gives values of, in that order. */
  readonly products: readonly DatastreamDescription[];
  /** By sensor: the datastreams that belong together, such as the directions of a line. */
  readonly sensors: readonly (readonly KnownDatastream[])[];
  readonly ofNeighbourhood: boolean;
}

export interface Targets {
  readonly days: readonly Target<DayRule>[];
  readonly alerts: readonly Target<AlertRule>[];
}

export interface TargetSettings extends ConfiguredRules {
  readonly findNeighbourhood: NeighbourhoodFinder;
  readonly licence: string;
  /** Begin of the first day that has products. */
  readonly fromMs: number;
}

/** Longer intervals say nothing about an hour. */
const INTERVAL_SECONDS_MAX = 3_600;

/** What is to be computed of what, given the datastreams that there are. */
export function planTargets(datastreams: readonly KnownDatastream[], settings: TargetSettings): Targets {
  const measured = datastreams.filter(({ edge }) => edge !== CLOUD_SENDER);
  const byProperty = Map.groupBy(measured, ({ description }) => description.property);
  const sensorsOf = (source: PropertyKey) => sensorsOfDays(byProperty.get(source) ?? []);
  return {
    days: settings.days.flatMap((rule) => {
      const sensors = sensorsOf(rule.source);
      return [...sensors.map((sensor) => sensorTarget(rule, sensor)), ...neighbourhoodTargets(rule, sensors, settings)];
    }),
    alerts: settings.alerts.flatMap((rule) =>
      oneProcedureEach(byProperty.get(rule.source) ?? [])
        .filter(([{ organisation, description }]) => {
          return organisation === rule.organisation && description.measuringPoint.name === rule.measuringPoint;
        })
        .map((sensor) => sensorTarget(rule, sensor)),
    ),
  };
}

type Sensor = readonly [KnownDatastream, ...KnownDatastream[]];

function sensorsOfDays(datastreams: readonly KnownDatastream[]): Sensor[] {
  return oneProcedureEach(
    datastreams.filter(({ description: { procedure } }) => {
      return procedure.calendarInterval === undefined && (procedure.intervalSeconds ?? 0) <= INTERVAL_SECONDS_MAX;
    }),
  );
}

/**
 * The datastreams of each sensor at each place. Where a sensor says the same by several procedures, that of the name which
 * sorts first counts, or what it saw would count twice.
 */
function oneProcedureEach(datastreams: readonly KnownDatastream[]): Sensor[] {
  const sensors = Map.groupBy(datastreams, ({ organisation, description: { measuringPoint, sensor } }) =>
    [organisation, measuringPoint.name, sensor.name].join('/'),
  );
  return [...sensors.values()].map((all) => {
    const first = all.map(({ description }) => description.procedure.name).sort()[0];
    return all.filter(({ description }) => description.procedure.name === first) as unknown as Sensor;
  });
}

function sensorTarget<Rule extends ProductRule>(rule: Rule, sensor: Sensor): Target<Rule> {
  const [first, ...others] = sensor.map(({ description }) => description);
  const sources = [first as DatastreamDescription, ...others] as const;
  return {
    rule,
    organisation: sensor[0].organisation,
    products: producedProperties(rule).map((property) => describeSensorProduct(rule, property, sources)),
    sensors: [sensor],
    ofNeighbourhood: false,
  };
}

function neighbourhoodTargets(
  rule: DayRule,
  sensors: readonly Sensor[],
  { findNeighbourhood, ...published }: TargetSettings,
): Target<DayRule>[] {
  const placed = sensors.flatMap((sensor) => {
    const [{ organisation, description }] = sensor;
    const neighbourhood = findNeighbourhood(description.measuringPoint);
    return neighbourhood === undefined ? [] : [{ organisation, sensor, neighbourhood }];
  });
  const groups = Map.groupBy(placed, ({ organisation, neighbourhood }) => `${organisation}/${neighbourhood.name}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const sources = group.flatMap(({ sensor }) => sensor.map(({ description }) => description));
    const describe = (property: PropertyKey) =>
      describeNeighbourhoodProduct(rule, property, first.neighbourhood, sources, published);
    return {
      rule,
      organisation: first.organisation,
      products: producedProperties(rule).map(describe),
      sensors: group.map(({ sensor }) => sensor),
      ofNeighbourhood: true,
    };
  });
}
