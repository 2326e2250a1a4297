import { type EpochMs, equalObservedValues, type ObservedValue } from '@meetbrug/protocols/observation';

/** One version of an observation; its key is (observation, revision). */
export interface Version {
  readonly revision: number;
  readonly value: ObservedValue;
  /** End of the interval, where the procedure does not fix its length: a late counter reading shortens it. */
  readonly endMs?: EpochMs | undefined;
}

/** The version that counts now, and the highest revision known to have said the same. */
export interface CurrentVersion extends Version {
  readonly confirmedRevision: number;
}

/**
 * What to do with an arriving version.
 *
 * - `new`: the observation was unknown.
 * - `duplicate`: nothing to publish; `confirms` says that it raises the confirmed revision of the current version.
 * - `correction`: becomes the current version, published.
 * - `superseded`: older than what is known already; counted and remembered, not published.
 * - `conflict`: a known key with another value; goes to quarantine.
 */
export type VersionPlan =
  | { readonly kind: 'new' | 'correction' | 'superseded' | 'conflict' }
  | { readonly kind: 'duplicate'; readonly confirms: boolean };

/**
 * The rules of identity and revision. Whatever the order of arrival, the value that stays is that of the highest
 * revision: a repeated value (over the same interval) with a higher revision is a duplicate, yet it is remembered (`confirmedRevision`), so that
 * a different value with a revision in between cannot overtake it afterwards.
 *
 * @param current what counts now; undefined when the observation is unknown
 * @param earlier finds a version that was corrected since, or came too late to be published, by its revision
 */
export function planVersion(
  incoming: Version,
  current: CurrentVersion | undefined,
  earlier: (revision: number) => Version | undefined,
): VersionPlan {
  if (current === undefined) return { kind: 'new' };
  const { revision, value, endMs } = incoming;
  const known = revision < current.confirmedRevision && revision !== current.revision ? earlier(revision) : undefined;
  if (known !== undefined) {
    return equalObservedValues(known.value, value) ? { kind: 'duplicate', confirms: false } : { kind: 'conflict' };
  }
  if (equalObservedValues(current.value, value) && current.endMs === endMs)
    return { kind: 'duplicate', confirms: revision > current.confirmedRevision };
  if (revision === current.revision || revision === current.confirmedRevision) return { kind: 'conflict' };
  return { kind: revision > current.confirmedRevision ? 'correction' : 'superseded' };
}
