import { MAPPING_FIELDS_MAX, type MappingField, TIME_FORMATS } from '@meetbrug/protocols/mapping';
import { type Decimal, decimalFromNumber } from '@meetbrug/protocols/observation';
import { PROPERTY_KEYS, UNIT_CODES } from '@meetbrug/protocols/properties';
import { z } from 'zod';
import { zoneSchema } from './zone-config.ts';

const decimal = z.number().transform((value, context): Decimal => {
  const read = decimalFromNumber(value);
  if (read !== undefined) return read;
  context.addIssue('a decimal of at most 15 digits and 9 decimals');
  return z.NEVER;
});
const pathText = z.string().min(1).max(512);
const channelName = z.string().min(1).max(64);

const counterSchema = z.strictObject({
  counts: z.enum(PROPERTY_KEYS).describe('Property of the counts between two readings.'),
  widthBits: z
    .union([z.literal(16), z.literal(32)])
    .default(32)
    .describe('Width of the counter in the device, in bits: it starts again at 0 after 2^width - 1.'),
  countsPerSecondMax: z
    .number()
    .positive()
    .max(1_000)
    .default(5)
    .describe('Fastest that what is counted can come by, a second; a faster rise gives no count.'),
});

const fieldSchema = z.strictObject({
  path: pathText.describe(
    'Where the value stands in the decoded object: names divided by dots, [0] for one entry of an array, [] for every ' +
      'entry, ["air.temp"] for a name with a dot.',
  ),
  property: z.enum(PROPERTY_KEYS).describe('What it measures, from the catalogue.'),
  unit: z.enum(UNIT_CODES).describe("Unit of the value, after scale and offset; it is converted to the property's."),
  scale: decimal.optional().describe('What the value is multiplied by; 1 by default.'),
  offset: decimal.optional().describe('What is added after that, in the unit; 0 by default.'),
  missing: z
    .array(z.union([z.number(), z.string().max(64)]))
    .max(32)
    .optional()
    .describe('What the device writes where it could not measure, before scale and offset: numbers or texts.'),
  channel: channelName
    .optional()
    .describe(
      'Name of the channel; the last name of the path, `value` aside, by default. History shares that of its value.',
    ),
  direction: z.enum(['in', 'out']).optional().describe('Of a count: which way.'),
  overInterval: z.boolean().optional().describe("The value covers the device's reporting interval (intervalSeconds)."),
  counter: counterSchema.optional().describe('The value is a counter that only rises; counts can be taken from it.'),
  resolution: decimal
    .optional()
    .describe("Finer than the property's own resolution, in its unit, where the device is."),
  time: pathText
    .optional()
    .describe(
      'Where the time of the value stands, from the array entry that holds the value; without it, of the message.',
    ),
  timeFormat: z
    .enum(TIME_FORMATS)
    .optional()
    .describe('iso (with its zone, the default), s or ms since 1970, iso-local (without a zone).'),
  zone: zoneSchema.optional().describe('Zone of iso-local; Europe/Brussels by default.'),
});

/** A device model of the city's own: how its payload becomes an object, and what the fields of that object mean. */
export const modelSchema = z.strictObject({
  manufacturer: z.string().min(1).max(200).describe('Who makes it; published with the sensor.'),
  model: z.string().min(1).max(200).describe('What they call it; published with the sensor.'),
  codec: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      "JavaScript file with the vendor's codec (TS013, ChirpStack, The Things Stack, ThingPark), relative to this file; or " +
        'cayenne-lpp, or senml. Without it the object that the message carries is read.',
    ),
  recvTimeAs: z
    .enum(['date', 'string'])
    .default('date')
    .describe('How the codec is given the time of reception: a Date, or the ISO text that ThingPark drivers expect.'),
  variables: z
    .record(z.string().min(1).max(64), z.string().max(1_000))
    .default({})
    .describe('Variables of the device that a ChirpStack v3 codec is given.'),
  timeoutMs: z
    .int()
    .min(1)
    .max(1_000)
    .default(100)
    .describe('How long one call of the codec may take, in milliseconds.'),
  memoryMiB: z
    .int()
    .min(16)
    .max(64)
    .default(16)
    .describe('How much memory the codec may use, its engine included, in MiB.'),
  cleared: z
    .boolean()
    .default(false)
    .describe(
      'Somebody has looked at everything that a payload of the model can hold, and nothing of it is about a person: ' +
        'payload bytes are kept as long as their observations. Otherwise they are not kept beside them.',
    ),
  fields: z
    .array(fieldSchema)
    .min(1)
    .max(MAPPING_FIELDS_MAX)
    .describe('Which fields of the object are read, and what they mean.'),
});

export const modelsSchema = z.record(
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and inner hyphens, at most 64'),
  modelSchema,
);

export type ModelConfig = z.infer<typeof modelSchema>;
export type ModelsConfig = z.infer<typeof modelsSchema>;

/** Codecs that need no file. */
export const BUILT_IN_CODECS = ['cayenne-lpp', 'senml'] as const;
export type BuiltInCodec = (typeof BUILT_IN_CODECS)[number];

export function isBuiltInCodec(codec: string): codec is BuiltInCodec {
  return (BUILT_IN_CODECS as readonly string[]).includes(codec);
}

/** The fields of a model as the mapping takes them: what is not set is absent. */
export function mappingFields({ fields }: ModelConfig): MappingField[] {
  return fields.map(
    (field) =>
      Object.fromEntries(Object.entries(field).filter(([, value]) => value !== undefined)) as unknown as MappingField,
  );
}
