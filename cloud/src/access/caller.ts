import type { Fault } from '@meetbrug/protocols/result';

/** Who asks, found once for each request. What a caller may do is in the caller, so that deciding needs no look-up. */
export type Caller =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'key' | 'token';
      /** Name for the audit log and for quotas: `key ID` with the public part of a key, or `token SUBJECT`. */
      readonly identity: string;
      readonly grants: Grants;
      /** Requests a minute; undefined: as many as it likes. */
      readonly requestsPerMinute: number | undefined;
    };

export const RIGHTS = ['read', 'write'] as const;
export type Right = (typeof RIGHTS)[number];

/** What a key or a token opens: `organisation/stream`, or `organisation/*` for every stream of an organisation. */
export type Grants = Readonly<Record<Right, readonly string[]>>;

export const NOBODY: Caller = { kind: 'none' };

export type AccessRefusalCode =
  /** Something that looks like a key stands in the address (400). */
  | 'key-in-url'
  /** A key and a token at once (400). */
  | 'two-credentials'
  /** Unknown, revoked, expired, of another issuer or audience (401). */
  | 'credentials-refused'
  /** No credentials where some are needed (401). */
  | 'unauthenticated'
  /** Credentials that do not open this (403). */
  | 'forbidden'
  /** More requests than the quota of the caller (429). */
  | 'quota-exceeded'
  /** The issuer's keys cannot be had, so that no token can be judged now (503). */
  | 'issuer-unreachable';

/** Why a request is not answered. The detail never repeats what was sent. */
export interface AccessRefusal extends Fault<AccessRefusalCode> {
  readonly retryAfterSeconds?: number;
}
