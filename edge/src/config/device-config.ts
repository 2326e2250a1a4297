import { decimalFromNumber, measuringPointSchema, nameSchema } from '@meetbrug/protocols/observation';
import { PROPERTY_KEYS } from '@meetbrug/protocols/properties';
import { devEuiSchema } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';

/** Heights take part in decimal arithmetic and are published: a millimetre is the finest that a survey gives. */
const HEIGHT_DECIMALS_MAX = 3;

const wholeMillimetres = (metres: number) => {
  const height = decimalFromNumber(metres);
  return height !== undefined && height.scale <= HEIGHT_DECIMALS_MAX;
};

const point = measuringPointSchema.shape;

const placeSchema = z.strictObject({
  name: nameSchema.describe('Name of the measuring point, as it stands in its IRI.'),
  label: point.label.describe('What people call the measuring point.'),
  longitude: point.longitude.describe('Degrees east, WGS 84.'),
  latitude: point.latitude.describe('Degrees north, WGS 84.'),
  samples: point.samples.describe('The wider feature that the point samples: a square, a watercourse, a street.'),
  mountingHeightMetres: z
    .number()
    .min(-100)
    .max(1000)
    .refine(wholeMillimetres, `at most ${HEIGHT_DECIMALS_MAX} decimals`)
    .optional()
    .describe(
      'Height of the sensor above the local zero (water) or the ground (air), in metres. With it, a distance to the ' +
        'water also gives a local water level.',
    ),
  localZeroTawMetres: z
    .number()
    .min(-500)
    .max(1000)
    .refine(wholeMillimetres, `at most ${HEIGHT_DECIMALS_MAX} decimals`)
    .optional()
    .describe(
      'Height of the local zero in metres TAW. With it and the mounting height, a distance also gives a level in TAW.',
    ),
});

/** One sensor of the city: which device it is, where it hangs and what its channels mean there. */
export const deviceSchema = z.strictObject({
  devEui: z
    .string({
      error: ({ input }) =>
        typeof input === 'number' ? 'put the DevEUI in quotes: YAML reads it as a number' : undefined,
    })
    .pipe(devEuiSchema)
    .describe('DevEUI, 16 hex digits; put one that has only digits, or digits and one E, in quotes.'),
  profile: z.string().min(1).max(64).describe('Device profile: which model it is.'),
  sensor: nameSchema.optional().describe('Name of the sensor in its IRI; the DevEUI in lower case by default.'),
  at: placeSchema.describe('Where it measures.'),
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
});

export type DeviceConfig = z.infer<typeof deviceSchema>;
