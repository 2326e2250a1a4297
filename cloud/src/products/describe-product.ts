import { createHash } from 'node:crypto';
import {
  type DatastreamDescription,
  type DatastreamKey,
  type Decimal,
  datastreamKey,
  formatDecimal,
} from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type PropertyKey } from '@meetbrug/protocols/properties';
import { canonicalJson } from '../log/canonical-json.ts';
import { centreOf, type Neighbourhood } from './neighbourhoods.ts';
import type { ProductRule } from './product-rule.ts';

/** A description names at most this many datastreams that it is computed from. */
const DERIVED_FROM_MAX = 16;
const VERSION_BITS = 48;
const COMPUTED_BY = { manufacturer: 'Meetbrug', model: 'afgeleid product' } as const;

type Undated = Omit<DatastreamDescription, 'version'>;

/** The properties that a rule gives values of. */
export function producedProperties(rule: ProductRule): readonly PropertyKey[] {
  if (rule.kind === 'water-alert') return ['water-alert-level'];
  return rule.kind === 'peak-hour' ? ['peak-hour', 'peak-hour-count'] : [rule.property];
}

/** How the product of one sensor is described: at its measuring point, by its sensor, under its licence. */
export function describeSensorProduct(
  rule: ProductRule,
  property: PropertyKey,
  sources: readonly [DatastreamDescription, ...DatastreamDescription[]],
): DatastreamDescription {
  const [{ measuringPoint, sensor, licence, deployedFromMs, contact }] = sources;
  const procedure = procedureOf(rule, false, sources);
  return versioned({
    datastream: keyOf(measuringPoint.name, sensor.name, property, procedure.name),
    validFromMs: Math.max(...sources.map(({ validFromMs }) => validFromMs)),
    property,
    measuringPoint,
    sensor,
    procedure,
    licence,
    ...(deployedFromMs === undefined ? {} : { deployedFromMs }),
    ...(contact === undefined ? {} : { contact }),
  });
}

/** How the product of a neighbourhood is described: a place of its own that samples the neighbourhood. */
export function describeNeighbourhoodProduct(
  rule: ProductRule,
  property: PropertyKey,
  neighbourhood: Neighbourhood,
  sources: readonly DatastreamDescription[],
  { licence, fromMs }: { readonly licence: string; readonly fromMs: number },
): DatastreamDescription {
  const { name, label } = neighbourhood;
  const [longitude, latitude] = centreOf(neighbourhood);
  const procedure = procedureOf(rule, true, sources);
  // A sensor is hosted by one place, and a measuring point may be called as its neighbourhood is.
  const place = `wijk-${name}`;
  const sensor = { name: `cloud-${name}`, ...COMPUTED_BY };
  return versioned({
    datastream: keyOf(place, sensor.name, property, procedure.name),
    validFromMs: fromMs,
    property,
    measuringPoint: { name: place, label, longitude, latitude, samples: { name, label } },
    sensor,
    procedure,
    licence,
  });
}

function keyOf(feature: string, sensor: string, property: PropertyKey, procedure: string): DatastreamKey {
  return datastreamKey({ feature, sensor, property: OBSERVED_PROPERTIES[property].name, procedure });
}

/** The thresholds are in the name of the procedure: with others it is another datastream, never the same with new meaning. */
function procedureOf(
  rule: ProductRule,
  ofNeighbourhood: boolean,
  sources: readonly DatastreamDescription[],
): DatastreamDescription['procedure'] {
  const keys = sources.map(({ datastream }) => datastream).sort();
  const derivedFrom = keys.length <= DERIVED_FROM_MAX ? { derivedFrom: keys } : {};
  const source = OBSERVED_PROPERTIES[rule.source];
  const where = ofNeighbourhood ? 'wijk' : 'meetpunt';
  const whole = ofNeighbourhood ? ', in een wijk' : '';
  if (rule.kind === 'water-alert') {
    const { preAlarm, alarm, hysteresis } = rule.thresholds;
    return {
      name: `fase-${source.name}-${nameOf(preAlarm)}-${nameOf(alarm)}-${nameOf(hysteresis)}`,
      label:
        `voorwaarschuwing vanaf ${formatDecimal(preAlarm)} m, alarm vanaf ${formatDecimal(alarm)} m, ` +
        `hysterese ${formatDecimal(hysteresis)} m (${source.label.nl})`,
      ...derivedFrom,
    };
  }
  const daily = { calendarInterval: 'local-day' as const, ...derivedFrom };
  if (rule.kind === 'peak-hour') {
    return { name: `${where}-${source.name}`, label: `drukste uur van de dag, ${source.label.nl}${whole}`, ...daily };
  }
  const { kind, threshold } = rule.threshold;
  const question = kind === 'reached' ? 'hoogste waarde van de dag minstens' : 'laagste waarde van de dag minstens';
  return {
    name: `${where}-${kind === 'reached' ? 'max' : 'min'}-${source.name}-${nameOf(threshold)}`,
    label: `${question} ${formatDecimal(threshold)} °C (${source.label.nl})${whole}`,
    ...daily,
  };
}

/** A number as a part of a name: 3.25 is `3-25`, -0.5 is `min-0-5`. */
function nameOf(value: Decimal): string {
  return formatDecimal(value).replace('-', 'min-').replace('.', '-');
}

/** The version is a number made from the content, so that it needs no memory; the cloud numbers versions again. */
function versioned(description: Undated): DatastreamDescription {
  const digest = createHash('sha256').update(canonicalJson(description)).digest();
  return { ...description, version: 1 + digest.readUIntBE(0, VERSION_BITS / 8) };
}
