import { z } from 'zod';
import { ROAD_USER_COUNTS } from '../privacy/road-user-counts.ts';

/** How long raw bytes that nobody has cleared may be kept at most, whatever the quarantine keeps. */
const UNCLEARED_HOURS_MAX = 24;

export const smallCountsSchema = z.strictObject({
  below: z
    .int()
    .min(2)
    .max(10_000)
    .default(10)
    .describe('A count below this, zero included, is published as a range from 0 to below - 1.'),
  windowSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(900)
    .describe(
      'Counts leave the edge as sums over windows of this length, aligned to the epoch; a count belongs to the window in ' +
        'which its interval begins. Finer counts and counter readings stay here.',
    ),
  closeAfterSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(600)
    .describe('How long after its end a window waits for late uplinks before its sum is published.'),
  properties: z
    .array(z.enum(ROAD_USER_COUNTS))
    .min(1)
    .max(ROAD_USER_COUNTS.length)
    .optional()
    .describe(
      'Which counts, each with the classes above and below it (cars with vans); all counts of road users by default.',
    ),
});

export const devicePrivacySchema = z.strictObject({
  smallCounts: z
    .union([z.literal(false), smallCountsSchema])
    .optional()
    .describe('Takes the place of privacy.smallCounts for this device; false publishes its counts as they are.'),
});

export const privacySchema = z.strictObject({
  smallCounts: smallCountsSchema.optional().describe('Withholds small counts of every device that counts road users.'),
  unclearedPayloadHours: z
    .number()
    .positive()
    .max(UNCLEARED_HOURS_MAX)
    .default(UNCLEARED_HOURS_MAX)
    .describe(
      'How long the quarantine keeps payload bytes of a device that is unknown or whose profile nobody has cleared; ' +
        'never longer than quarantine.keepDays.',
    ),
});

export type SmallCountsConfig = z.infer<typeof smallCountsSchema>;
