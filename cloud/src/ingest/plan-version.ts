import { type Decimal, equalDecimals } from '@meetbrug/protocols/observation';

/** One version of an observation; its key is (observation, revision). */
export interface Version {
  readonly revision: number;
  readonly value: Decimal;
}

/** The version that counts now, and the highest revision known to have said the same value. */
export interface CurrentVersion extends Version {
  readonly confirmedRevision: number;
}

/**
 * What to do with an arriving version.
 *
 * - `new`: the observation was unknown.
 * - `duplicate`: nothing to publish; `confirms` says that it raises the confirmed revision of the current version.
 * - `correction`: becomes the current version, published.
 * - `superseded`: older than what is known already; counted, not published.
 * - `conflict`: a known key with another value; goes to quarantine.
 */
export type VersionPlan =
  | { readonly kind: 'new' | 'correction' | 'superseded' | 'conflict' }
  | { readonly kind: 'duplicate'; readonly confirms: boolean };

/**
 * The rules of identity and revision. Whatever the order of arrival, the value that stays is that of the highest
 * revision: a repeated value with a higher revision is a duplicate, yet it is remembered (`confirmedRevision`), so that
 * a different value with a revision in between cannot overtake it afterwards.
 *
 * @param current what counts now; undefined when the observation is unknown
 * @param earlier finds a version that was published and corrected since, by its revision
 */
export function planVersion(
  incoming: Version,
  current: CurrentVersion | undefined,
  earlier: (revision: number) => Version | undefined,
): VersionPlan {
  if (current === undefined) return { kind: 'new' };
  const { revision, value } = incoming;
  const published = revision < current.revision ? earlier(revision) : undefined;
  if (published !== undefined) {
    return equalDecimals(published.value, value) ? { kind: 'duplicate', confirms: false } : { kind: 'conflict' };
  }
  if (equalDecimals(current.value, value)) return { kind: 'duplicate', confirms: revision > current.confirmedRevision };
  if (revision === current.revision || revision === current.confirmedRevision) return { kind: 'conflict' };
  return { kind: revision > current.confirmedRevision ? 'correction' : 'superseded' };
}
