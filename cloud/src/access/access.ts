import type { Result } from '@meetbrug/protocols/result';
import { problem } from '../http/problem.ts';
import type { AccessRefusal, AccessRefusalCode, Caller } from './caller.ts';
import type { AccessDecision } from './decide-access.ts';
import { PUBLIC_OF_OPEN_CLOUD, type ReadScope } from './read-scope.ts';

/** Headers of a request, as those of fetch are. */
export interface RequestHeaders {
  get(name: string): string | null | undefined;
}

/** The one rule about who may read and write what, with what it needs to know callers. */
export interface Access {
  /**
   * Finds out who asks; called once for each request. Without credentials that is nobody; credentials that are not good
   * are refused, whatever was asked for, so that nobody takes a smaller answer for a whole one. Counts towards the quota.
   *
   * @param target path and query as they came
   */
  authenticate(headers: RequestHeaders, target: string): Promise<Result<Caller, AccessRefusal>>;
  /** Who sent these headers, without counting: for connections that stay open and ask again when something changed. */
  recognise(headers: RequestHeaders): Promise<Result<Caller, AccessRefusal>>;
  scopeOf(caller: Caller): ReadScope;
  /** For the audit log: a door was not opened to a caller. */
  noteForbidden(caller: Caller): void;
  mayRead(caller: Caller, organisation: string, stream: string): AccessDecision;
  /** Nobody writes without credentials, into public streams neither. */
  mayWrite(caller: Caller, organisation: string, stream: string): AccessDecision;
  /** Whether a stream, `sensors` included, is closed to callers without credentials. */
  isPrivate(organisation: string, stream: string): boolean;
  /** `organisation/stream` of every stream that is closed to callers without credentials, `sensors` included. */
  readonly privateStreams: readonly string[];
  /** Called within about a second after a key was made, revoked or has expired, or a token in use has. Returns the way to end it. */
  onChanged(listener: () => void): () => void;
  stop(): void;
}

const ANSWERS: Readonly<Record<AccessRefusalCode, readonly [status: number, title: string]>> = {
  'key-in-url': [400, 'Bad request'],
  'two-credentials': [400, 'Bad request'],
  'credentials-refused': [401, 'Unauthorized'],
  unauthenticated: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  'quota-exceeded': [429, 'Too many requests'],
  'issuer-unreachable': [503, 'Not available now'],
};

/** RFC 6750 section 3 for tokens; the other scheme names the header in which a key is sent. */
const CHALLENGES: Partial<Record<AccessRefusalCode, string>> = {
  unauthenticated: 'Bearer, ApiKey header="X-API-KEY"',
  'credentials-refused': 'Bearer error="invalid_token", ApiKey header="X-API-KEY"',
  forbidden: 'Bearer error="insufficient_scope"',
};

/** What a refused caller is told, as a problem (RFC 9457). It is the same whether or not there is something to hide. */
export function answerRefusal({ code, detail, retryAfterSeconds }: AccessRefusal): Response {
  const [status, title] = ANSWERS[code];
  const challenge = CHALLENGES[code];
  return problem(status, title, detail, {
    headers: {
      ...(challenge && { 'WWW-Authenticate': challenge }),
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    },
  });
}

const REFUSALS = {
  unauthenticated: 'this needs a key in X-API-KEY or a token in Authorization; the catalogue says whom to ask',
  forbidden: 'what you sent does not open this; the catalogue says whom to ask',
} as const;

/** The refusal that a decision stands for; undefined when it allows. */
export function refusalOf(decision: AccessDecision): AccessRefusal | undefined {
  return decision === 'allowed' ? undefined : { code: decision, detail: REFUSALS[decision] };
}

/** What a door answers to whoever may not read what it asks for: the same whether or not it is there. */
export function refuseReading({ identity }: Pick<ReadScope, 'identity'>): Response {
  const code = identity === PUBLIC_OF_OPEN_CLOUD.identity ? 'unauthenticated' : 'forbidden';
  return answerRefusal({ code, detail: REFUSALS[code] });
}
