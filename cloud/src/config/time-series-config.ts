import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';

const bounded = (min: number, max: number, standard: number, text: string) =>
  z.int().min(min).max(max).default(standard).describe(text);
const file = (what: string) =>
  z.string().min(1).max(4_096).describe(`File with ${what}, relative to this configuration file.`);
const word = (what: string) => z.string().min(1).max(200).describe(what);

/** What `answerFrom` says for the store of the cloud itself. */
export const OWN_STORE = 'store';

const common = {
  name: nameSchema.describe(
    'Name of the target: what was written is remembered under it, so another name writes all again.',
  ),
  url: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .refine((url) => !/[@?#]|\/$/.test(url), 'must hold no password and no query, and not end in "/"')
    .describe('Address of the server, such as http://127.0.0.1:8086.'),
  batchRows: bounded(1, 50_000, 5_000, 'Observations that one request writes at most.'),
  timeoutMs: bounded(100, 600_000, 10_000, 'Milliseconds that one request may take.'),
  retryAfterMs: bounded(
    100,
    3_600_000,
    5_000,
    'Milliseconds until the next attempt after one that failed; what is committed meanwhile waits in the log.',
  ),
};

const targetSchema = z.discriminatedUnion('version', [
  z.strictObject({
    ...common,
    version: z.literal(1).describe('InfluxDB 1.x.'),
    database: word('Database, which must exist.'),
    retentionPolicy: word('Retention policy; the default one of the database without it.').optional(),
    username: word('User name; needs passwordFile.').optional(),
    passwordFile: file('the password').optional(),
  }),
  z.strictObject({
    ...common,
    version: z.literal(2).describe('InfluxDB 2.x.'),
    organisation: word('Organisation that owns the bucket.'),
    bucket: word('Bucket, which must exist.'),
    tokenFile: file('a token that may read and write the bucket'),
  }),
  z.strictObject({
    ...common,
    version: z.literal(3).describe('InfluxDB 3.'),
    database: word('Database.'),
    tokenFile: file('a token that may read and write the database; without it the server must ask for none').optional(),
  }),
]);

/** Where the time series go, beside the store. */
export const timeSeriesSchema = z
  .strictObject({
    influx: z
      .array(targetSchema)
      .max(8)
      .default([])
      .describe('InfluxDB databases that every observation is written to.'),
    answerFrom: nameSchema
      .default(OWN_STORE)
      .describe(
        `What the query API reads: "${OWN_STORE}", or the name of a target, which shows what was written to it so far.`,
      ),
    rollupQuietSeconds: bounded(
      0,
      3_600,
      30,
      'Seconds without a new observation in an hour after which its sums are kept; until then it is read whole.',
    ),
  })
  .superRefine(({ influx, answerFrom }, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const names = new Set<string>([OWN_STORE]);
    influx.forEach((target, index) => {
      if (names.has(target.name)) fault(['influx', index, 'name'], `"${target.name}" is there twice or reserved`);
      names.add(target.name);
      if (target.version === 1 && (target.username === undefined) !== (target.passwordFile === undefined)) {
        fault(['influx', index, 'passwordFile'], 'username and passwordFile go together');
      }
    });
    if (!names.has(answerFrom)) fault(['answerFrom'], `"${answerFrom}" is not among the targets`);
  });

export type TimeSeriesConfig = z.infer<typeof timeSeriesSchema>;
export type InfluxTargetConfig = TimeSeriesConfig['influx'][number];
