import { type AccessPolicy, EVERY_STREAM } from '../config/access-config.ts';
import { SENSORS_STREAM } from '../log/entities.ts';
import { streamKindOf } from '../log/log-table.ts';
import { type Caller, NOBODY, type Right } from './caller.ts';

/** `unauthenticated` is answered with 401, `forbidden` with 403. */
export type AccessDecision = 'allowed' | 'unauthenticated' | 'forbidden';

/** Who may read which stream, from the configuration. */
export interface AccessPolicies {
  /**
   * What is closed about a stream; nothing when it is public. Of `sensors` that is all that is closed of its
   * organisation and has sensors, because its members name every sensor and place.
   */
  behind(organisation: string, stream: string): readonly ClosedStream[];
  /** Whether nothing is closed at all. */
  readonly areOpen: boolean;
}

type Closure = Exclude<AccessPolicy['to'], 'public'>;

/** Streams from outside have none. */
function hasSensors({ stream }: ClosedStream): boolean {
  return stream === EVERY_STREAM || streamKindOf(stream) !== 'outside';
}

interface ClosedStream {
  /** May stand for every stream that is not named by itself. */
  readonly stream: string;
  readonly to: Closure;
}

/** Reads the policies once, so that asking costs two look-ups. */
export function readPolicies(policies: readonly AccessPolicy[]): AccessPolicies {
  const named = new Map(policies.map(({ organisation, stream, to }) => [`${organisation}/${stream}`, to]));
  const closed = Map.groupBy(
    policies.flatMap(({ to, ...where }) => (to === 'public' ? [] : [{ ...where, to }])),
    ({ organisation }) => organisation,
  );
  const ofStream = (organisation: string, stream: string) => {
    const to = named.get(`${organisation}/${stream}`) ?? named.get(`${organisation}/${EVERY_STREAM}`) ?? 'public';
    return to === 'public' ? undefined : to;
  };
  const behind = (organisation: string, stream: string): readonly ClosedStream[] => {
    if (stream === SENSORS_STREAM) return (closed.get(organisation) ?? []).filter(hasSensors);
    const to = ofStream(organisation, stream);
    return to === undefined ? [] : [{ stream, to }];
  };
  return { behind, areOpen: closed.size === 0 };
}

/** The one rule of reading: a stream that is closed opens to credentials of its kind that were given for it. */
export function decideReading(
  policies: AccessPolicies,
  caller: Caller,
  organisation: string,
  stream: string,
): AccessDecision {
  const closed = policies.behind(organisation, stream);
  if (closed.length === 0) return 'allowed';
  if (caller.kind === 'none') return 'unauthenticated';
  const accepted: readonly Closure[] = [caller.kind === 'key' ? 'key' : 'oauth2', 'key-or-oauth2'];
  const opens = closed.every((one) => accepted.includes(one.to) && isGranted(caller, 'read', organisation, one.stream));
  return opens ? 'allowed' : 'forbidden';
}

/** Those of some streams, each `organisation/stream`, that callers without credentials may not read. */
export function privateAmong(policies: AccessPolicies, streams: readonly string[]): string[] {
  return closedTo(NOBODY, policies, streams);
}

/** Those of some streams, each `organisation/stream`, that a caller may not read. */
export function closedTo(caller: Caller, policies: AccessPolicies, streams: readonly string[]): string[] {
  return streams.filter((name) => {
    const [organisation = '', stream = ''] = name.split('/');
    return decideReading(policies, caller, organisation, stream) !== 'allowed';
  });
}

/** Nobody writes without credentials, into a public stream neither. */
export function decideWriting(caller: Caller, organisation: string, stream: string): AccessDecision {
  if (caller.kind === 'none') return 'unauthenticated';
  return isGranted(caller, 'write', organisation, stream) ? 'allowed' : 'forbidden';
}

function isGranted(caller: Exclude<Caller, { kind: 'none' }>, right: Right, organisation: string, stream: string) {
  const names = caller.grants[right];
  return names.includes(`${organisation}/${stream}`) || names.includes(`${organisation}/${EVERY_STREAM}`);
}
