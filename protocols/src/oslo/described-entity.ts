import { z } from 'zod';
import {
  datastreamKeySchema,
  epochMsSchema,
  nameSchema,
  propertyKeySchema,
} from '../observation/datastream-description.ts';

const label = z.string().min(1).max(200);
const direction = z.enum(['in', 'out']);
/** Decimal text as it is published. */
const decimalText = z.string().regex(/^-?\d{1,4}(?:\.\d{1,7})?$/);
const place = {
  name: nameSchema,
  label,
  longitude: decimalText,
  latitude: decimalText,
  /** Name of the wider feature that is sampled. */
  samples: nameSchema.optional(),
};

/**
 * What is published of an entity, and nothing else: two bodies are equal exactly when the published texts are. Numbers
 * are kept as the text that is published.
 */
export const entityBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measuring-point'),
    ...place,
    mountingHeightMetres: decimalText.optional(),
    localZeroTawMetres: decimalText.optional(),
  }),
  z.strictObject({ kind: z.literal('traffic-measuring-point'), ...place, direction }),
  z.strictObject({ kind: z.literal('sampled-feature'), label }),
  z.strictObject({
    kind: z.literal('sensor'),
    manufacturer: label,
    model: label,
    /** Name of the measuring point that hosts it. */
    hostedBy: nameSchema,
  }),
  z.strictObject({ kind: z.literal('procedure'), label, intervalSeconds: z.int().min(1).optional() }),
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
  }),
]);

export const describedEntitySchema = z.strictObject({
  /** Below `{base}/id/{organisation}/`, such as `meetpunt/ws-012`. */
  path: z.string().min(1).max(400),
  body: entityBodySchema,
});

export type EntityBody = z.infer<typeof entityBodySchema>;
export type DescribedEntity = z.infer<typeof describedEntitySchema>;
