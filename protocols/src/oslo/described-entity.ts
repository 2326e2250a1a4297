import { z } from 'zod';
import {
  datastreamKeySchema,
  epochMsSchema,
  nameSchema,
  propertyKeySchema,
} from '../observation/datastream-description.ts';
import { GAP_REASONS } from './gap-concepts.ts';

const label = z.string().min(1).max(200);
const direction = z.enum(['in', 'out']);
/** Decimal text as it is published. */
const decimalText = z.string().regex(/^-?\d{1,4}(?:\.\d{1,7})?$/);
const metresText = z.string().regex(/^-?\d{1,7}\.\d{2}$/);
const place = {
  name: nameSchema,
  label,
  longitude: decimalText,
  latitude: decimalText,
  /** The same place in EPSG:3812, in metres; absent outside Belgium, and in what was published before it was known. */
  lambert2008: z.strictObject({ x: metresText, y: metresText }).optional(),
  /** Name of the wider feature that is sampled. */
  samples: nameSchema.optional(),
};

const heights = {
  /** Height of the sensor above the local zero (water) or the ground (air). */
  mountingHeightMetres: decimalText.optional(),
  /** Height of the local zero in metres TAW. */
  localZeroTawMetres: decimalText.optional(),
};

const gapSubject = z.union([datastreamKeySchema, z.templateLiteral(['poort/', nameSchema])]);

/**
 * What is published of an entity, and nothing else: two bodies are equal exactly when the published texts are. Numbers
 * are kept as the text that is published. A field that came later is optional, so that what is stored stays readable and
 * renders as it did.
 */
export const entityBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measuring-point'),
    ...place,
    /** Only in what was published before heights went to the datastream. */
    ...heights,
  }),
  z.strictObject({ kind: z.literal('traffic-measuring-point'), ...place, direction }),
  z.strictObject({ kind: z.literal('sampled-feature'), label }),
  z.strictObject({
    kind: z.literal('sensor'),
    manufacturer: label,
    model: label,
    /** Name of the measuring point that hosts it. */
    hostedBy: nameSchema,
    deployedFromMs: epochMsSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('procedure'),
    label,
    intervalSeconds: z.int().min(1).optional(),
    calendarInterval: z.literal('local-day').optional(),
  }),
  z.strictObject({
    kind: z.literal('datastream'),
    datastream: datastreamKeySchema,
    property: propertyKeySchema,
    measuringPoint: nameSchema,
    direction: direction.optional(),
    sensor: nameSchema,
    procedure: nameSchema,
    licence: z.string().min(1).max(300),
    validFromMs: epochMsSchema,
    ...heights,
    /** IRI of the vertical reference system that the values are given in. */
    verticalDatum: z.string().min(1).max(300).optional(),
    /** The datastreams that a derived one is computed from. */
    derivedFrom: z.array(datastreamKeySchema).min(1).max(16).optional(),
    contact: z
      .strictObject({ name: label, email: z.string().max(200).optional(), page: z.string().max(300).optional() })
      .optional(),
  }),
  z.strictObject({
    kind: z.literal('gap'),
    /** The datastream whose observations are missing, or `poort/{edge}` where that is not known any more. */
    subject: gapSubject,
    reason: z.enum(GAP_REASONS),
    observations: z.int().min(1),
    /** First and last begin of their phenomenon times. */
    firstMs: epochMsSchema,
    lastMs: epochMsSchema,
  }),
]);

export const describedEntitySchema = z.strictObject({
  /** Below `{base}/id/{organisation}/`, such as `meetpunt/ws-012`. */
  path: z.string().min(1).max(400),
  body: entityBodySchema,
});

export type EntityBody = z.infer<typeof entityBodySchema>;
export type DescribedEntity = z.infer<typeof describedEntitySchema>;
