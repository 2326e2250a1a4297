import { z } from 'zod';

export const DEVICE_MODELS = [
  'milesight-em300-th',
  'dragino-lht65n',
  'milesight-em500-udl',
  'dragino-ldds75',
  'milesight-vs350',
] as const;
export type DeviceModel = (typeof DEVICE_MODELS)[number];

const percent = z.number().min(0).max(100);
const deviceCount = z.int().min(0).max(100_000);

/** What a simulated fleet is and how it behaves. Every field has a default: `{}` is the demo's fleet. */
export const fleetSettingsSchema = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).default(1).describe('the same seed gives the same messages'),
  devices: z
    .union([deviceCount.min(1), z.partialRecord(z.enum(DEVICE_MODELS), deviceCount)])
    .default(10)
    .describe('a total, spread over the models in turn, or a count for each model'),
  uplinksPerSecond: z.number().min(0.001).max(100_000).default(10).describe('fresh uplinks of the whole fleet'),
  duplicatesPercent: percent.default(2).describe('uplinks that are delivered a second time, byte for byte'),
  latePercent: percent.default(2).describe('uplinks that are held back on their way'),
  lateSecondsMax: z.int().min(1).max(86_400).default(120).describe('how long a late uplink is held back at most'),
  rubbishPercent: percent.default(1).describe('messages, beside the uplinks, that no observation can be made of'),
  qos: z
    .union([z.literal(0), z.literal(1)])
    .default(1)
    .describe("1 is asked of installations; 0 is ChirpStack's own"),
  countIntervalSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .describe('reporting interval of the people counters; absent: as often as each device has its turn'),
});

export type FleetSettings = z.infer<typeof fleetSettingsSchema>;
export type FleetSettingsInput = z.input<typeof fleetSettingsSchema>;
