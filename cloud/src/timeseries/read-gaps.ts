import { formatInstant } from '@meetbrug/protocols/observation';
import type { Store } from '../log/open-store.ts';

/** What is missing from a datastream for one reason, since the store was made. */
export interface CountedGap {
  readonly reason: string;
  readonly observations: number;
  /** First and last begin of the phenomenon times. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface GapReader {
  of(organisation: string, datastream: string): CountedGap[];
}

export function createGapReader(store: Store): GapReader {
  const select = store.prepare<[string, string], CountedGap>(`
    SELECT reason, observations, first_ms AS firstMs, last_ms AS lastMs
    FROM gap WHERE organisation = ? AND subject = ? ORDER BY reason`);
  return { of: (organisation, datastream) => select.all(organisation, datastream) };
}

/** As the API gives it. */
export function gapJson({ reason, observations, firstMs, lastMs }: CountedGap) {
  return { reason, observations, first: formatInstant(firstMs), last: formatInstant(lastMs) };
}
