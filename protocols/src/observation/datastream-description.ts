import { z } from 'zod';
import { isProperty, type PropertyKey } from '../properties/catalogue.ts';
import { type DatastreamKey, isDatastreamKey, NAME } from './datastream-key.ts';
import { INSTANT_MAX_MS } from './instant.ts';

/** A name in keys and IRIs. */
export const nameSchema = z.string().regex(NAME, 'lower-case letters, digits and inner hyphens, at most 64');
export const datastreamKeySchema = z.custom<DatastreamKey>(
  (value) => typeof value === 'string' && isDatastreamKey(value),
  'feature.sensor.property.procedure',
);
export const propertyKeySchema = z.custom<PropertyKey>(
  (value) => typeof value === 'string' && isProperty(value),
  'a key of the observed-property catalogue',
);
export const epochMsSchema = z.int().min(0).max(INSTANT_MAX_MS);
const label = z.string().min(1).max(200);

/** Where something is measured: OSLO's Meetpunt, sampling a wider feature. */
export const measuringPointSchema = z.strictObject({
  name: nameSchema,
  label,
  /** Degrees, WGS 84 / CRS84 order lon, lat. */
  longitude: z.number().min(-180).max(180),
  latitude: z.number().min(-90).max(90),
  /** The wider feature that is sampled: a square, a watercourse, a street. */
  samples: z.strictObject({ name: nameSchema, label }).optional(),
  /** Height of the sensor above the local zero (water) or the ground (air), in metres. */
  mountingHeightMetres: z.number().min(-100).max(1000).optional(),
  /** Height of the local zero in metres TAW (Tweede Algemene Waterpassing, EPSG:5710). */
  localZeroTawMetres: z.number().min(-500).max(1000).optional(),
});

export const sensorSchema = z.strictObject({
  name: nameSchema,
  manufacturer: label,
  model: label,
});

export const procedureSchema = z
  .strictObject({
    name: nameSchema,
    label,
    /** The datastreams that a derived one is computed from. */
    derivedFrom: z.array(datastreamKeySchema).min(1).max(16).optional(),
    /** Length of the interval that each value covers, in seconds; absent for instants. */
    intervalSeconds: z.int().min(1).max(31_622_400).optional(),
    /** Each value covers a calendar day in Europe/Brussels, of 23, 24 or 25 hours; never together with `intervalSeconds`. */
    calendarInterval: z.literal('local-day').optional(),
  })
  .refine(
    ({ intervalSeconds, calendarInterval }) => intervalSeconds === undefined || calendarInterval === undefined,
    'intervalSeconds and calendarInterval exclude each other',
  );

/**
 * What describes a datastream: sent once and again when it changes, with a version that the edge mints and that every
 * observation names. Published as versioned members of the `sensors` stream.
 */
export const datastreamDescriptionSchema = z.strictObject({
  datastream: datastreamKeySchema,
  version: z.int().min(1),
  /** From when the description holds. */
  validFromMs: epochMsSchema,
  property: propertyKeySchema,
  measuringPoint: measuringPointSchema,
  direction: z.enum(['in', 'out']).optional(),
  sensor: sensorSchema,
  procedure: procedureSchema,
  /** IRI of the licence under which the values are published. */
  licence: z.url({ protocol: /^https?$/ }).max(300),
  /** Since when the sensor hangs there. */
  deployedFromMs: epochMsSchema.optional(),
  /** Whom to ask about the data. */
  contact: z
    .strictObject({
      name: label,
      email: z.email().max(200).optional(),
      page: z
        .url({ protocol: /^https?$/ })
        .max(300)
        .optional(),
    })
    .optional(),
});

export type MeasuringPoint = z.infer<typeof measuringPointSchema>;
export type DatastreamDescription = z.infer<typeof datastreamDescriptionSchema>;
