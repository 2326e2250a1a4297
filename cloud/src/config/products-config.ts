import { nameSchema, QUALITY_FLAGS } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, PROPERTY_KEYS, type PropertyKey } from '@meetbrug/protocols/properties';
import { z } from 'zod';

const bounded = (min: number, max: number, standard: number, text: string) =>
  z.int().min(min).max(max).default(standard).describe(text);

const propertyOf = (fits: (key: PropertyKey) => boolean) =>
  z.enum(PROPERTY_KEYS.filter(fits) as [PropertyKey, ...PropertyKey[]]);
const temperature = propertyOf((key) => {
  const { theme, unit } = OBSERVED_PROPERTIES[key];
  return theme === 'heat-stress' && unit === 'Cel';
});
const waterLevel = propertyOf((key) => {
  const { theme, unit } = OBSERVED_PROPERTIES[key];
  // A distance falls when the water rises.
  return theme === 'water-level' && unit === 'm' && key !== 'water-distance';
});
const passage = propertyOf((key) => OBSERVED_PROPERTIES[key].traffic?.type === 'aantal');

const degrees = (text: string) => z.number().min(-40).max(60).multipleOf(0.1).describe(text);
const metres = (text: string) => z.number().min(-50).max(1_000).multipleOf(0.001).describe(text);

const thresholdDay = (threshold: string) =>
  z.strictObject({
    threshold: degrees(threshold),
    property: temperature.default('air-temperature').describe('Temperature that is looked at.'),
  });

const waterAlertSchema = z
  .strictObject({
    organisation: nameSchema.describe('Whose gauge it is.'),
    measuringPoint: nameSchema.describe('Name of the measuring point.'),
    property: waterLevel.default('water-level-taw').describe('Level that the thresholds are about.'),
    preAlarm: metres('Level in metres from which there is a pre-alarm.'),
    alarm: metres('Level in metres from which there is an alarm; at least `preAlarm`.'),
    hysteresis: z
      .number()
      .min(0)
      .max(10)
      .multipleOf(0.001)
      .default(0.05)
      .describe('Metres below a threshold that the water must fall under before its phase ends.'),
  })
  .refine(({ preAlarm, alarm }) => preAlarm <= alarm, 'alarm must not be lower than preAlarm');

const neighbourhoodsSchema = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(4_096)
    .describe(
      'GeoJSON file with one polygon a neighbourhood (RFC 7946: longitude and latitude in WGS 84), relative to this ' +
        'configuration file; at most 64 MiB, 25,000 neighbourhoods and 2,000,000 positions. Statistical sectors are such ' +
        'a file. A point belongs to the first that holds it.',
    ),
  nameProperty: z
    .string()
    .min(1)
    .max(100)
    .default('name')
    .describe(
      'Property of a feature that names it in IRIs, such as the code of the statistical sector; never changes.',
    ),
  labelProperty: z
    .string()
    .min(1)
    .max(100)
    .default('label')
    .describe('Property of a feature with its name for people.'),
  sensorSharePercentMin: bounded(
    1,
    100,
    50,
    'Percentage of the sensors in a neighbourhood that must have a heat day or tropical night for the neighbourhood to.',
  ),
});

/** What the cloud computes from observations and publishes as datastreams of its own. Nothing is computed until it is here. */
export const productsSchema = z
  .strictObject({
    from: z.iso
      .date()
      .default('2020-01-01')
      .describe('First day, in Europe/Brussels, that has products. An earlier one later makes all of them again.'),
    settleMinutes: bounded(
      0,
      2_880,
      60,
      'How long after the end of a day its products are computed; data that comes later corrects them.',
    ),
    coveragePercentMin: bounded(
      1,
      100,
      75,
      'Percentage of the hours of a day that must have data. A day with less has no product, unless one value settles it.',
    ),
    leaveOut: z
      .array(z.enum(QUALITY_FLAGS))
      .max(QUALITY_FLAGS.length)
      .default([
        'device-reported-fault',
        'outside-plausible-range',
        'step-too-large',
        'value-stuck',
        'implausible-rate',
      ])
      .describe('Observations with one of these quality flags are not used.'),
    licence: z
      .url({ protocol: /^https?$/ })
      .max(300)
      .default('https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0')
      .describe('IRI of the licence of products of neighbourhoods; those of a measuring point have that of its data.'),
    heatDays: z
      .array(thresholdDay('Degrees Celsius that the maximum of the day must reach; 30 is usual.'))
      .max(10)
      .default([])
      .describe('Heat days: one value a day, 1 or 0, for each sensor and each neighbourhood.'),
    tropicalNights: z
      .array(thresholdDay('Degrees Celsius that the minimum of the day must not fall below; 20 is usual.'))
      .max(10)
      .default([])
      .describe('Tropical nights: one value a day, 1 or 0, for each sensor and each neighbourhood.'),
    waterAlerts: z
      .array(waterAlertSchema)
      .max(10_000)
      .default([])
      .describe('Phases of the water at a gauge: 0 normal, 1 pre-alarm, 2 alarm, published when they change.'),
    peakHours: z
      .array(z.strictObject({ property: passage.describe('Counts of which road users.') }))
      .max(20)
      .default([])
      .describe('Peak hours: the hour and its count, one value a day each, for each counter and each neighbourhood.'),
    neighbourhoods: neighbourhoodsSchema
      .optional()
      .describe(
        'Without it there are no products of neighbourhoods. Crossings of water levels belong to a gauge alone.',
      ),
  })
  .superRefine(({ heatDays, tropicalNights, peakHours, waterAlerts }, context) => {
    const twice = (setting: string, keys: readonly string[]) => {
      if (new Set(keys).size < keys.length)
        context.addIssue({ code: 'custom', path: [setting], message: 'names one product twice' });
    };
    const ofDay = ({ property, threshold }: { property: string; threshold: number }) => `${property} ${threshold}`;
    twice('heatDays', heatDays.map(ofDay));
    twice('tropicalNights', tropicalNights.map(ofDay));
    twice(
      'peakHours',
      peakHours.map(({ property }) => property),
    );
    twice(
      'waterAlerts',
      waterAlerts.map(({ organisation, measuringPoint, property }) => `${organisation} ${measuringPoint} ${property}`),
    );
  });

export type ProductsConfig = z.infer<typeof productsSchema>;
