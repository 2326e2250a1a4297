import { z } from 'zod';
import { storeRetentionSchema } from './retention-config.ts';

/** Where old observations are kept. Without a word of configuration a server keeps years. */
export const coldSchema = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether closed months leave the store for Parquet files, in the folder cold of the data folder, one for each ' +
        'organisation and month. They are answered from through the same API. Switched off, what has a file keeps it.',
    ),
  afterMonths: z
    .int()
    .min(1)
    .max(1_200)
    .default(3)
    .describe(
      'Months before the current one that stay in the store too. What comes late for an older one stays there until it is ' +
        'more than 1 % of its file, which is then written again.',
    ),
  lookEveryMinutes: z
    .int()
    .min(1)
    .max(10_080)
    .default(60)
    .describe('How often is looked for months that have closed, in minutes; also at the start.'),
});

export type ColdConfig = z.infer<typeof coldSchema>;

/** How much the store may take. */
export const storeSchema = z.strictObject({
  bytesMax: z
    .int()
    .min(1_048_576)
    .max(1_125_899_906_842_624)
    .optional()
    .describe(
      'Bytes that log, series, indexes and cold files may take together; at it nothing is acknowledged, so edges keep ' +
        'their data, and /readyz says so. Without it, what the disk holds. Measured every 2 seconds.',
    ),
  retention: storeRetentionSchema.optional(),
});

export type StoreConfig = z.infer<typeof storeSchema>;
