import { type Preference, parsePreferences } from '../http/preferences.ts';

/** A representation and the media types that ask for it. */
export interface Offer<Name> {
  readonly name: Name;
  readonly types: readonly string[];
}

/** The more exactly a reader names a type, the more it means it. */
const SPECIFICITY = { type: 2, family: 1, any: 0 } as const;

/**
 * The offer that an `Accept` header likes best (RFC 9110 section 12.5.1): of equal qualities the one that it names most
 * exactly, then the first. Without a header the first; undefined when it likes none.
 */
export function mostLiked<Name>(accept: string | undefined, offers: readonly Offer<Name>[]): Name | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0]?.name;
  const preferences = parsePreferences(accept);
  let best: { readonly name: Name; readonly quality: number; readonly specificity: number } | undefined;
  for (const { name, types } of offers) {
    for (const type of types) {
      const liking = likingOf(preferences, type);
      if (liking.quality === 0) continue;
      const isBetter =
        best === undefined ||
        liking.quality > best.quality ||
        (liking.quality === best.quality && liking.specificity > best.specificity);
      if (isBetter) best = { name, ...liking };
    }
  }
  return best?.name;
}

/** By the most specific entry that matches. */
function likingOf(preferences: readonly Preference[], type: string): { quality: number; specificity: number } {
  const byName = (name: string) => preferences.find((one) => one.name === name)?.quality;
  const ranges = [
    [type, SPECIFICITY.type],
    [`${type.split('/')[0]}/*`, SPECIFICITY.family],
    ['*/*', SPECIFICITY.any],
  ] as const;
  for (const [name, specificity] of ranges) {
    const quality = byName(name);
    if (quality !== undefined) return { quality, specificity };
  }
  return { quality: 0, specificity: SPECIFICITY.any };
}
