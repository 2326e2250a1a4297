import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';

/** Every stream of an organisation, `sensors` and those that come later included. */
export const EVERY_STREAM = '*';

const streamName = z.union([nameSchema, z.literal(EVERY_STREAM)]);

const policySchema = z.strictObject({
  organisation: nameSchema.describe('Whose stream it is; `all` for a stream of all organisations.'),
  stream: streamName.describe(
    'Name of the stream, as in its URL, whether or not it has a feed; `*` for every stream of the organisation that is ' +
      'not named by itself, later ones included.',
  ),
  to: z
    .enum(['public', 'key', 'oauth2', 'key-or-oauth2'])
    .describe(
      'Who may read it: everybody, who has a key (`meetbrug-cloud keys`), who has a token of `access.oauth2`, or who has ' +
        'either. A stream that is made private takes no further part in the streams of all organisations; what was ' +
        'published before cannot be recalled from those who have it.',
    ),
});

const scopeSchema = z.strictObject({
  scope: z.string().min(1).max(200).describe('Value of the claim, as the issuer writes it.'),
  right: z.enum(['read', 'write']).default('read').describe('What it gives.'),
  streams: z
    .array(
      z.strictObject({
        organisation: nameSchema.describe('Whose stream.'),
        stream: streamName.describe('Name of the stream; `*` for all of the organisation.'),
      }),
    )
    .min(1)
    .max(1_000)
    .describe('Of which streams.'),
});

const oauth2Schema = z
  .strictObject({
    issuer: z.string().min(1).max(500).describe('The `iss` of its tokens, character by character.'),
    audience: z
      .string()
      .min(1)
      .max(500)
      .describe('What must be among the `aud` of a token: the name of this cloud there.'),
    jwksUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .refine(isProtected, 'must be https, or on this machine')
      .optional()
      .describe('Where the issuer publishes its keys (JWK set); read when it is needed and again after ten minutes.'),
    jwksFile: z
      .string()
      .min(1)
      .max(4_096)
      .optional()
      .describe('File with the keys of the issuer instead, relative to this configuration file; read at the start.'),
    claim: z
      .string()
      .min(1)
      .max(200)
      .default('scope')
      .describe('Claim with what a token gives: words with spaces between, or a list.'),
    scopes: z
      .array(scopeSchema)
      .max(1_000)
      .default([])
      .describe(
        'What the values of the claim give. Beside these, `read:ORGANISATION/STREAM` and `write:ORGANISATION/STREAM` say it ' +
          'themselves, with `*` for every stream.',
      ),
    algorithms: z
      .array(
        z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']),
      )
      .min(1)
      .default(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])
      .describe('Signatures that count. Secrets shared with the issuer (HS256) and unsigned tokens never do.'),
    clockToleranceSeconds: z
      .int()
      .min(0)
      .max(300)
      .default(30)
      .describe('How far the clocks of issuer and cloud may differ, in seconds.'),
    requestsPerMinute: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(6_000)
      .describe('Requests a minute of one subject; further ones get 429.'),
  })
  .refine(({ jwksUrl, jwksFile }) => (jwksUrl === undefined) !== (jwksFile === undefined), {
    message: 'needs jwksUrl or jwksFile, one of them',
  });

function isProtected(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(hostname);
}

/** Who may read what. Without it everything is public. */
export const accessSchema = z.strictObject({
  streams: z
    .array(policySchema)
    .max(10_000)
    .default([])
    .describe('Streams that not everybody may read; others are public.'),
  oauth2: oauth2Schema.optional().describe('Whose tokens count (OAuth2 client credentials, JWT).'),
});

export type AccessConfig = z.infer<typeof accessSchema>;
export type AccessPolicy = AccessConfig['streams'][number];
export type OAuth2Config = NonNullable<AccessConfig['oauth2']>;

/**
 * What of the settings does not fit together, each with its place below `access`. A stream that is not there is a fault: with
 * a letter too few another would stay public.
 * @param known `organisation/stream` of all that there can be
 */
export function accessFaults(
  { streams, oauth2 }: AccessConfig,
  known: ReadonlySet<string>,
): { readonly path: (string | number)[]; readonly message: string }[] {
  const named = new Set<string>();
  const organisations = new Set([...known].map((name) => name.split('/')[0]));
  return streams.flatMap(({ organisation, stream, to }, index) => {
    const name = `${organisation}/${stream}`;
    const isTwice = named.has(name);
    named.add(name);
    const isKnown = known.has(name) || (stream === EVERY_STREAM && organisations.has(organisation));
    return [
      ...(isKnown ? [] : [{ path: ['streams', index], message: `"${name}" is no stream of this configuration` }]),
      ...(isTwice ? [{ path: ['streams', index], message: `"${name}" is there twice` }] : []),
      ...(to.includes('oauth2') && oauth2 === undefined
        ? [{ path: ['streams', index, 'to'], message: `"${to}" needs access.oauth2` }]
        : []),
    ];
  });
}
