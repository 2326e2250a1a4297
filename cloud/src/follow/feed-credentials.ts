import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import type { SendRequest } from './feed-request.ts';

/** How a publisher knows us: the three ways that readers of Linked Data Event Streams have. */
export type FeedCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'api-key'; readonly key: string }
  | {
      readonly kind: 'oauth2';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string | undefined;
      readonly audience?: string | undefined;
    };

/** Gives each request its credentials. */
export interface FeedAuthorisation {
  /** Headers for a request to the publisher. */
  headers(signal: AbortSignal): Promise<Result<Readonly<Record<string, string>>, Fault<'no-token'>>>;
  /** The publisher answered 401 or 403. True when there was a token to put away: the next request brings a new one. */
  renew(): boolean;
}

/** A token is left alone this long before it ends: the request that carries it takes time. */
const TOKEN_MARGIN_MS = 30_000;
/** Of a token whose end is not told. */
const TOKEN_SECONDS = 300;
const TOKEN_BYTES_MAX = 65_536;
const TOKEN_TIMEOUT_MS = 30_000;

/** Answer of a token endpoint (RFC 6749, 5.1). */
const tokenSchema = z.object({
  access_token: z
    .string()
    .min(1)
    .max(16_384)
    .regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().max(31_536_000).optional(),
});

export function authoriseFeed(
  credentials: FeedCredentials,
  { send, nowMs }: { readonly send: SendRequest; readonly nowMs: () => number },
): FeedAuthorisation {
  let token: { readonly value: string; readonly untilMs: number } | undefined;
  return {
    async headers(signal) {
      if (credentials.kind === 'none') return ok({});
      if (credentials.kind === 'api-key') return ok({ 'x-api-key': credentials.key });
      if (token === undefined || token.untilMs <= nowMs()) {
        const asked = await askToken(credentials, send, signal);
        if (!asked.ok) return asked;
        const { access_token: value, expires_in: seconds = TOKEN_SECONDS } = asked.value;
        token = { value, untilMs: nowMs() + seconds * 1_000 - TOKEN_MARGIN_MS };
      }
      return ok({ authorization: `Bearer ${token.value}` });
    },
    renew() {
      const hadToken = token !== undefined;
      token = undefined;
      return hadToken;
    },
  };
}

/** Asks by client credentials (RFC 6749, 4.4), the client known by HTTP Basic, which every server must take (2.3.1). */
async function askToken(
  { tokenUrl, clientId, clientSecret, scope, audience }: Extract<FeedCredentials, { kind: 'oauth2' }>,
  send: SendRequest,
  signal: AbortSignal,
): Promise<Result<z.infer<typeof tokenSchema>, Fault<'no-token'>>> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  });
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64');
  const answer = await send({
    url: tokenUrl,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      authorization: `Basic ${basic}`,
    },
    body: body.toString(),
    bytesMax: TOKEN_BYTES_MAX,
    timeoutMs: TOKEN_TIMEOUT_MS,
    signal,
  });
  if (!answer.ok) return fail('no-token', answer.fault.detail);
  if (answer.value.status !== 200) return fail('no-token', `${tokenUrl}: answers ${answer.value.status}`);
  const token = tokenSchema.safeParse(parseJson(answer.value.body));
  return token.success ? ok(token.data) : fail('no-token', `${tokenUrl}: the answer holds no bearer token`);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
