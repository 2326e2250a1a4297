import { MEDIA_TYPES, RDF_FORMATS, type RdfFormat } from '@meetbrug/protocols/ldes';
import { ENCODINGS, type Encoding } from '../read/read-tasks.ts';

/** Whoever does not say what they read, a browser included, gets the format that people read most easily. */
const DEFAULT_FORMAT: RdfFormat = 'turtle';
const HEADER_LENGTH_MAX = 2_000;

interface Preference {
  readonly name: string;
  readonly quality: number;
  readonly specific: number;
}

/** The format that an `Accept` header likes best (RFC 9110 section 12.5.1); undefined when it likes none of ours. */
export function negotiateFormat(accept: string | undefined): RdfFormat | undefined {
  if (accept === undefined || accept.trim() === '') return DEFAULT_FORMAT;
  const preferences = parsePreferences(accept);
  let best: RdfFormat | undefined;
  let bestQuality = 0;
  for (const format of [DEFAULT_FORMAT, ...RDF_FORMATS]) {
    const quality = qualityOf(preferences, format);
    if (quality > bestQuality) {
      best = format;
      bestQuality = quality;
    }
  }
  return best;
}

function qualityOf(preferences: readonly Preference[], format: RdfFormat): number {
  const type = MEDIA_TYPES[format];
  const family = `${type.split('/')[0]}/*`;
  const names = format === DEFAULT_FORMAT ? [type, 'text/html', family, '*/*'] : [type, family, '*/*'];
  let found: Preference | undefined;
  for (const preference of preferences) {
    if (names.includes(preference.name) && (found === undefined || preference.specific > found.specific)) {
      found = preference;
    }
  }
  return found?.quality ?? 0;
}

/** The encoding to answer in: brotli before gzip where both are liked as well; `identity` when neither is. */
export function negotiateEncoding(acceptEncoding: string | undefined): Encoding {
  const preferences = parsePreferences(acceptEncoding ?? '');
  const wildcard = preferences.find(({ name }) => name === '*')?.quality ?? 0;
  let best: Encoding = 'identity';
  let bestQuality = 0;
  for (const encoding of ENCODINGS) {
    if (encoding === 'identity') continue;
    const quality = preferences.find(({ name }) => name === encoding)?.quality ?? wildcard;
    if (quality > bestQuality) {
      best = encoding;
      bestQuality = quality;
    }
  }
  return best;
}

/** Parameters other than `q` are not looked at: a profile narrows what a type means, it does not make it another. */
function parsePreferences(header: string): Preference[] {
  return header
    .slice(0, HEADER_LENGTH_MAX)
    .split(',')
    .map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='));
      const quality = weight === undefined ? 1 : Number(weight.slice(2));
      const specific = name === '*/*' ? 0 : name.endsWith('/*') ? 1 : 2;
      return { name, quality: quality >= 0 && quality <= 1 ? quality : 0, specific };
    })
    .filter(({ name }) => name !== '');
}

/** Whether `If-None-Match` names a representation (RFC 9110 section 13.1.2, weak comparison). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((text) => text.trim())
    .some((text) => text === '*' || text === etag || text === `W/${etag}`);
}
