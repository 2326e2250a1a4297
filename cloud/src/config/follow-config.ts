import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';

const bounded = (min: number, max: number, standard: number, text: string) =>
  z.int().min(min).max(max).default(standard).describe(text);
const file = (what: string) =>
  z.string().min(1).max(4_096).describe(`File with ${what}, relative to this configuration file.`);
const word = (what: string) => z.string().min(1).max(1_000).describe(what);
const address = (what: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .refine((url) => !/[#]|\/\/[^/]*@/.test(url), 'must hold no name, no password and no "#"')
    .describe(what);

const oauth2Schema = z.strictObject({
  tokenUrl: address('Where tokens are got (OAuth 2.0 client credentials).'),
  clientId: word('Who we are there.'),
  clientSecretFile: file('the secret of the client'),
  scope: word('Scope to ask for; none without it.').optional(),
  audience: word('Audience to ask for; none without it.').optional(),
});

/** Settings of one feed that a command line leaves as they are, unless it has them too. */
export const followedFeedSchema = z
  .strictObject({
    url: address('Address of the feed: of its stream, of a root node, or of any page that names one view.'),
    organisation: nameSchema.describe('Organisation of the stream that it goes into.'),
    stream: nameSchema.describe('Stream that it goes into, which must be among `outside`.'),
    apiKeyFile: file('the key that goes with every request as X-API-KEY').optional(),
    oauth2: oauth2Schema.optional().describe('Tokens for a feed that asks for them.'),
    hosts: z
      .array(
        z
          .string()
          .min(1)
          .max(260)
          .regex(/^[A-Za-z0-9.[\]:-]+$/, 'a host name, with its port where that is not the usual one'),
      )
      .max(20)
      .default([])
      .describe('Further hosts that pages may lie on. They see no credentials; pages on any other host are not read.'),
    objects: z
      .enum(['as-declared', 'versions', 'states'])
      .default('as-declared')
      .describe(
        'What its members are: versions, kept as they are, or states, of which each becomes a version here, named ' +
          '{member}#{its time}, or after its content where the feed names no time. A feed without ldes:versionOfPath ' +
          'declares states.',
      ),
    followIris: z
      .boolean()
      .default(false)
      .describe(
        'Whether a member takes along what its page says of the IRIs that it refers to. By the specification (LDES 1.0) ' +
          'only blank nodes and its named graph are its own.',
      ),
    pollSecondsMin: bounded(1, 86_400, 5, 'Seconds between two looks at an open page, at least.'),
    pollSecondsMax: bounded(
      1,
      604_800,
      3_600,
      'Seconds between two looks at an open page, at most, whatever its publisher says. At least `pollSecondsMin`.',
    ),
    requestsMax: bounded(1, 32, 4, 'Requests under way at once.'),
    timeoutMs: bounded(100, 600_000, 60_000, 'Milliseconds that one page may take.'),
    pageBytesMax: bounded(
      1_024,
      268_435_456,
      16_777_216,
      'Bytes of a page, after decompression; a larger one is not read, and tried again later.',
    ),
    pagesMax: bounded(
      1,
      100_000_000,
      2_000_000,
      'Pages that are remembered, about 60 bytes each; a page that leads beyond is not read.',
    ),
  })
  .superRefine(({ url, apiKeyFile, oauth2, pollSecondsMin, pollSecondsMax }, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (apiKeyFile !== undefined && oauth2 !== undefined) fault(['oauth2'], 'apiKeyFile and oauth2 exclude each other');
    if (pollSecondsMax < pollSecondsMin) fault(['pollSecondsMax'], 'must not be less than pollSecondsMin');
    const hasSecret = apiKeyFile !== undefined || oauth2 !== undefined;
    if (hasSecret && !isConfidential(url)) fault(['url'], 'a feed that gets a secret must be https');
    if (oauth2 !== undefined && !isConfidential(oauth2.tokenUrl)) fault(['oauth2', 'tokenUrl'], 'must be https');
  });

/** Whether nobody between can read along. */
function isConfidential(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(?:127\.|localhost$|\[::1\]$)/.test(hostname);
}

export type FollowedFeedConfig = z.infer<typeof followedFeedSchema>;

/** Feeds of others that the cloud follows. */
export const followSchema = z.array(followedFeedSchema).max(100);

/** What is wrong with the feeds beside the rest of a configuration; paths are within `follow`. */
export function followFaults(
  follow: readonly FollowedFeedConfig[],
  outside: readonly { readonly organisation: string; readonly name: string }[],
): { readonly path: (string | number)[]; readonly message: string }[] {
  const streams = new Set(outside.map(({ organisation, name }) => `${organisation}/${name}`));
  const seen = new Set<string>();
  return follow.flatMap(({ url, organisation, stream }, index) => {
    const into = `${organisation}/${stream}`;
    const faults = streams.has(into)
      ? []
      : [{ path: [index, 'stream'], message: `"${into}" is not among the streams of outside` }];
    if (seen.has(`${into} ${url}`)) faults.push({ path: [index, 'url'], message: 'goes into this stream twice' });
    seen.add(`${into} ${url}`);
    return faults;
  });
}
