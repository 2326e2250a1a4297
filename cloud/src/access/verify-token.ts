import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { OAuth2Config } from '../config/access-config.ts';
import type { AccessRefusal, Caller, Grants } from './caller.ts';

/** A token that is good now, and until when. */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly expiresMs: number;
}

export type TokenVerifier = (token: string) => Promise<Result<VerifiedToken, AccessRefusal>>;

const TOKEN_LENGTH_MAX = 8_192;
const SUBJECT_LENGTH_MAX = 200;
/** Names that one token may hold; further ones are not looked at. */
const SCOPES_MAX = 1_000;
/** Verifying costs a signature; tokens are used for many requests. */
const REMEMBERED_MAX = 1_000;
/** A key that the issuer withdrew counts no longer than this. */
const REMEMBERED_MS = 60_000;

/**
 * Judges tokens (RFC 9068 in what it says of issuer, audience, expiry and signature): `exp` and `sub` must be there, the
 * algorithm on the list of the configuration, which has neither `none` nor one with a shared secret.
 * @param keys the issuer's
 */
export function createTokenVerifier(config: OAuth2Config, keys: JWTVerifyGetKey, nowMs: () => number): TokenVerifier {
  const remembered = new Map<string, VerifiedToken & { readonly untilMs: number }>();
  const options = {
    issuer: config.issuer,
    audience: config.audience,
    algorithms: config.algorithms,
    clockTolerance: config.clockToleranceSeconds,
    requiredClaims: ['exp', 'sub'],
  };
  return async (token) => {
    if (token.length > TOKEN_LENGTH_MAX) return refuse(`the token is longer than ${TOKEN_LENGTH_MAX} characters`);
    const now = nowMs();
    const name = createHash('sha256').update(token).digest('base64url');
    const known = remembered.get(name);
    if (known !== undefined && now < known.untilMs) return ok(known);
    remembered.delete(name);
    try {
      const { payload } = await jwtVerify(token, keys, { ...options, currentDate: new Date(now) });
      const verified = toVerified(payload, config);
      if (remembered.size >= REMEMBERED_MAX) remembered.clear();
      remembered.set(name, { ...verified, untilMs: Math.min(verified.expiresMs, now + REMEMBERED_MS) });
      return ok(verified);
    } catch (error) {
      return refusalFor(error);
    }
  };
}

/** What the library says of a token names claims, never their values. */
function refusalFor(error: unknown) {
  if (error instanceof errors.JWTExpired) return refuse('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refuse(`the "${error.claim}" of the token does not count here`);
  const isOfToken =
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  if (isOfToken) return refuse('the token is not signed as this cloud asks for, by a key of its issuer');
  const detail = 'the keys of the issuer cannot be had now, so no token can be judged';
  return { ok: false, fault: { code: 'issuer-unreachable', detail, retryAfterSeconds: 5 } } as const;
}

function refuse(detail: string) {
  return fail('credentials-refused', detail);
}

function toVerified({ sub = '', exp = 0, ...claims }: JWTPayload, config: OAuth2Config): VerifiedToken {
  return {
    caller: {
      kind: 'token',
      identity: `token ${sub.slice(0, SUBJECT_LENGTH_MAX)}`,
      grants: grantsOf(claims[config.claim], config.scopes),
      requestsPerMinute: config.requestsPerMinute,
    },
    expiresMs: (exp + config.clockToleranceSeconds) * 1_000,
  };
}

const OWN_SCOPE = /^(read|write):([a-z0-9-]{1,64}\/(?:[a-z0-9-]{1,64}|\*))$/;

/** What a claim gives: by its own words, and by those that the configuration explains. */
export function grantsOf(claim: unknown, explained: OAuth2Config['scopes']): Grants {
  const words = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  const grants: { read: string[]; write: string[] } = { read: [], write: [] };
  for (const word of words.slice(0, SCOPES_MAX)) {
    const [, right, name] = typeof word === 'string' ? (OWN_SCOPE.exec(word) ?? []) : [];
    if ((right === 'read' || right === 'write') && name !== undefined) grants[right].push(name);
    for (const { scope, right: given, streams } of explained) {
      if (scope === word) grants[given].push(...streams.map(({ organisation, stream }) => `${organisation}/${stream}`));
    }
  }
  return grants;
}
