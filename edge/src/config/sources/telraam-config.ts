import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import { secretFile } from './secret-file.ts';

/** Traffic reports of Telraam counters; each segment is a device whose id is its number. */
export const telraamSchema = z.strictObject({
  kind: z.literal('telraam'),
  name: nameSchema.describe('Name of the source in logs and metrics.'),
  url: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .default('https://telraam-api.net/v1/reports/traffic')
    .describe('Address of the reports.'),
  apiKeyFile: secretFile.describe('File with the API key.'),
  segments: z
    .array(z.int().min(1).max(Number.MAX_SAFE_INTEGER))
    .min(1)
    .max(500)
    .describe('Numbers of the segments to read.'),
  pollSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(900)
    .describe('How often each segment is asked for, in seconds. A report of an hour appears some 20 minutes after it.'),
  backfillDays: z
    .int()
    .min(0)
    .max(365)
    .default(7)
    .describe('How far back the first report of a segment goes, in days.'),
  repeatHours: z
    .int()
    .min(0)
    .max(168)
    .default(6)
    .describe('Hours before the newest one that are asked for again: Telraam corrects them afterwards.'),
});

export type TelraamConfig = z.output<typeof telraamSchema>;
