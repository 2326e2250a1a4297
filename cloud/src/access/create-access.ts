import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Access, RequestHeaders } from './access.ts';
import { type AccessRefusal, type Caller, NOBODY } from './caller.ts';
import { type AccessPolicies, closedTo, decideReading, decideWriting, privateAmong } from './decide-access.ts';
import type { KeyStore } from './key-store.ts';
import { hasKeyInAddress, isSecretOf, parseKey } from './key-text.ts';
import { PUBLIC_OF_OPEN_CLOUD, type ReadScope } from './read-scope.ts';
import { createRequestQuota } from './request-quota.ts';
import type { TokenVerifier } from './verify-token.ts';
import { watchChanges } from './watch-changes.ts';

/** What happens to credentials, for the audit log. */
export interface AccessEvents {
  readonly onUsed: (identity: string) => void;
  readonly onRefused: (identity: string, reason: string) => void;
}

export interface AccessParts {
  readonly policies: AccessPolicies;
  /** `organisation/stream` of every stream that there can be. */
  readonly streams: readonly string[];
  readonly keys: Pick<KeyStore, 'find' | 'version' | 'nextExpiryMs' | 'close'>;
  /** Absent where no issuer is configured: then no token counts. */
  readonly verifyToken?: TokenVerifier;
  readonly nowMs: () => number;
  readonly events: AccessEvents;
}

/** Who credentials turned out to be, for the audit log also when they are refused. */
type Found = Result<Caller, AccessRefusal> & { readonly identity: string };

/** The access to everything that a cloud serves. */
export function createAccess({ policies, streams, keys, verifyToken, nowMs, events }: AccessParts): Access {
  const quota = createRequestQuota();
  const privateStreams = privateAmong(policies, streams);
  const scopeFor = (identity: string, caller: Caller): ReadScope => ({
    identity,
    mayRead: (organisation, stream) => decideReading(policies, caller, organisation, stream) === 'allowed',
    // Credentials open more, never less.
    closed: closedTo(caller, policies, privateStreams),
  });
  const nobody = policies.areOpen ? PUBLIC_OF_OPEN_CLOUD : scopeFor(PUBLIC_OF_OPEN_CLOUD.identity, NOBODY);
  const changes = watchChanges(keys, nowMs);

  const findKey = (text: string): Found => {
    const key = parseKey(text);
    if (key === undefined) return refused('unknown key', 'the key is not spelled as one of this cloud');
    const stored = keys.find(key.id);
    const isRight = isSecretOf(stored?.digest, key.secret);
    // What is known of a key is told only to whoever has it.
    if (stored === undefined || !isRight) return refused('unknown key', 'there is no such key');
    const identity = `key ${stored.id}`;
    if (stored.revokedMs !== null) return refused(identity, 'the key is revoked');
    if (stored.expiresMs !== null && stored.expiresMs <= nowMs()) return refused(identity, 'the key has expired');
    const { grants, requestsPerMinute } = stored;
    return found({ kind: 'key', identity, grants, requestsPerMinute: requestsPerMinute ?? undefined });
  };

  const findToken = async (token: string, verify: TokenVerifier): Promise<Found> => {
    const verified = await verify(token);
    if (!verified.ok) return { ...verified, identity: 'unknown token' };
    changes.expectMs(verified.value.expiresMs);
    return found(verified.value.caller);
  };

  const find = async (headers: RequestHeaders): Promise<Found> => {
    const key = headers.get('x-api-key') ?? undefined;
    // Anything else in this header is for a proxy in front, which may hand it on.
    const [, token] = /^Bearer *(.*)$/i.exec(headers.get('authorization') ?? '') ?? [];
    if (token === undefined || verifyToken === undefined) return key === undefined ? found(NOBODY) : findKey(key);
    if (key !== undefined) {
      const detail = 'send a key or a token, not both';
      return { ...fail('two-credentials', detail), identity: 'unknown credentials' };
    }
    return findToken(token, verifyToken);
  };

  const recognise = async (headers: RequestHeaders): Promise<Result<Caller, AccessRefusal>> => {
    const { identity, ...result } = await find(headers);
    if (!result.ok) events.onRefused(identity, result.fault.code);
    return result;
  };

  return {
    recognise,
    async authenticate(headers, target) {
      if (hasKeyInAddress(target)) return fail('key-in-url', KEY_IN_ADDRESS);
      const recognised = await recognise(headers);
      if (!recognised.ok || recognised.value.kind === 'none') return recognised;
      const { identity, requestsPerMinute } = recognised.value;
      const waitSeconds = requestsPerMinute && quota.count(identity, requestsPerMinute, nowMs());
      if (waitSeconds) {
        events.onRefused(identity, 'quota-exceeded');
        const detail = `more than ${requestsPerMinute} requests in a minute`;
        return { ok: false, fault: { code: 'quota-exceeded', detail, retryAfterSeconds: waitSeconds } };
      }
      events.onUsed(identity);
      return recognised;
    },
    scopeOf: (caller) => (caller.kind === 'none' ? nobody : scopeFor(caller.identity, caller)),
    noteForbidden(caller) {
      if (caller.kind !== 'none') events.onRefused(caller.identity, 'forbidden');
    },
    mayRead: (caller, organisation, stream) => decideReading(policies, caller, organisation, stream),
    mayWrite: (caller, organisation, stream) => decideWriting(caller, organisation, stream),
    isPrivate: (organisation, stream) => policies.behind(organisation, stream).length > 0,
    privateStreams,
    onChanged: changes.onChanged,
    stop() {
      changes.stop();
      keys.close();
    },
  };
}

const KEY_IN_ADDRESS =
  'what opens something does not belong in an address, which ends up in logs and histories: send a key in X-API-KEY or a ' +
  'token in Authorization. If this was a key, have it revoked';

function found(caller: Caller): Found {
  return { ...ok(caller), identity: caller.kind === 'none' ? 'nobody' : caller.identity };
}

function refused(identity: string, detail: string): Found {
  return { ...fail('credentials-refused', detail), identity };
}
