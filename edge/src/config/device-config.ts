import { decimalFromNumber, measuringPointSchema, nameSchema, parseInstant } from '@meetbrug/protocols/observation';
import { PROPERTY_KEYS } from '@meetbrug/protocols/properties';
import { devEuiSchema, deviceIdSchema } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';
import { qualityRulesSchema } from '../quality/quality-rules.ts';
import { devicePrivacySchema } from './privacy-config.ts';

/** Heights take part in decimal arithmetic and are published: a millimetre is the finest that a survey gives. */
const HEIGHT_DECIMALS_MAX = 3;

const wholeMillimetres = (metres: number) => {
  const height = decimalFromNumber(metres);
  return height !== undefined && height.scale <= HEIGHT_DECIMALS_MAX;
};

const point = measuringPointSchema.shape;

const instantSchema = z.string().transform((text, context) => {
  const ms = parseInstant(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'a time with its zone, for example 2026-07-01T00:00:00Z' });
  return z.NEVER;
});

const mountingHeight = z
  .number()
  .min(-100)
  .max(1000)
  .refine(wholeMillimetres, `at most ${HEIGHT_DECIMALS_MAX} decimals`)
  .optional();
const localZero = z
  .number()
  .min(-500)
  .max(1000)
  .refine(wholeMillimetres, `at most ${HEIGHT_DECIMALS_MAX} decimals`)
  .optional();

const placeChangeSchema = z.strictObject({
  validFrom: instantSchema.describe('From when on it holds; in the past, levels since then are corrected.'),
  longitude: point.longitude.optional(),
  latitude: point.latitude.optional(),
  mountingHeightMetres: mountingHeight,
  localZeroTawMetres: localZero,
});

const placeSchema = z.strictObject({
  name: nameSchema.describe('Name of the measuring point, as it stands in its IRI.'),
  label: point.label.describe('What people call the measuring point.'),
  longitude: point.longitude.describe('Degrees east, WGS 84.'),
  latitude: point.latitude.describe('Degrees north, WGS 84.'),
  samples: point.samples.describe('The wider feature that the point samples: a square, a watercourse, a street.'),
  mountingHeightMetres: mountingHeight.describe(
    'Height of the sensor above the local zero (water) or the ground (air), in metres. With it, a distance to the ' +
      'water also gives a local water level.',
  ),
  localZeroTawMetres: localZero.describe(
    'Height of the local zero in metres TAW. With it and the mounting height, a distance also gives a level in TAW.',
  ),
  history: z
    .array(placeChangeSchema)
    .max(100)
    .default([])
    .describe('What changed here later, oldest first; what an entry does not name stays as it was.'),
});

export type PlaceConfig = z.infer<typeof placeSchema>;

const deviceFields = z.strictObject({
  devEui: z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? 'put the DevEUI in quotes: YAML reads it as a number' : undefined,
    })
    .pipe(devEuiSchema)
    .optional()
    .describe('DevEUI, 16 hex digits; put one that has only digits, or digits and one E, in quotes.'),
  id: deviceIdSchema
    .optional()
    .describe('What the device calls itself, for one without a DevEUI: level of a topic, name in a path or a message.'),
  profile: z.string().min(1).max(64).optional().describe('Built-in device profile: which model it is.'),
  model: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('Name below `models` of a model of your own, instead of a profile.'),
  sensor: nameSchema.optional().describe('Name of the sensor in its IRI; DevEUI or id in lower case by default.'),
  at: placeSchema.describe('Where it measures.'),
  deployedFrom: instantSchema.optional().describe('Since when the sensor hangs there.'),
  intervalSeconds: z
    .int()
    .min(1)
    .max(31_622_400)
    .optional()
    .describe('Reporting interval of the device in seconds: what its interval counts cover.'),
  channels: z
    .record(z.string().min(1).max(64), z.enum(PROPERTY_KEYS))
    .default({})
    .describe("What a channel measures here, from the alternatives that the device's profile offers."),
  counts: z
    .enum(['from-period', 'from-counter'])
    .default('from-period')
    .describe(
      "Where counts come from: the device's own counts over its reporting interval, or what its counter rose by from one " +
        'uplink to the next.',
    ),
  quality: z
    .partialRecord(z.enum(PROPERTY_KEYS), qualityRulesSchema)
    .default({})
    .describe(
      "What is plausible here, by property; each rule takes the place of the catalogue's. It flags, never removes.",
    ),
  privacy: devicePrivacySchema.prefault({}).describe('What differs here from the privacy settings of the edge.'),
});

/** One sensor of the city: which device it is, where it hangs and what its channels mean there. */
export const deviceSchema = deviceFields.superRefine(({ devEui, id, profile, model }, context) => {
  const oneOf = (given: unknown, other: unknown, path: string, message: string) => {
    if ((given === undefined) === (other === undefined)) context.addIssue({ code: 'custom', path: [path], message });
  };
  oneOf(devEui, id, 'devEui', 'give the device a devEui or an id, and not both');
  oneOf(profile, model, 'profile', 'give the device a profile or a model, and not both');
});

export type DeviceConfig = z.infer<typeof deviceSchema>;
