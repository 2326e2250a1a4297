import { MEDIA_TYPES, RDF_FORMATS, type RdfFormat } from '@meetbrug/protocols/ldes';
import { ENCODINGS, type Encoding } from '../read/read-tasks.ts';
import { type Preference, parsePreferences } from './preferences.ts';

/**
 * For whoever names no RDF format: no `Accept`, any type at all, or HTML as browsers do. Turtle is what people read most
 * easily, and what the LDES server of VSDS gives in the same cases.
 */
const DEFAULT_FORMAT: RdfFormat = 'turtle';

/** Says that a document has its hypermedia first and each member's triples together. Every page of ours has. */
export const TREE_PROFILE = 'https://w3id.org/tree/profile';
/** JSON-LD gives the parameter another meaning, and its documents are read whole. */
const PROFILED: readonly RdfFormat[] = ['nquads', 'turtle', 'trig', 'ntriples'];

/** A format, and whether its media type is to say that the document follows the TREE profile. */
export interface DocumentType {
  readonly format: RdfFormat;
  readonly treeProfile: boolean;
}

/**
 * What an `Accept` header likes best (RFC 9110 section 12.5.1); undefined when it likes nothing of ours. Of two formats
 * that it likes as well, {@link DEFAULT_FORMAT} goes first, then the order of {@link RDF_FORMATS}.
 */
export function negotiateDocument(accept: string | undefined): DocumentType | undefined {
  if (accept === undefined || accept.trim() === '') return { format: DEFAULT_FORMAT, treeProfile: false };
  const preferences = parsePreferences(accept);
  let best: DocumentType | undefined;
  let bestQuality = 0;
  for (const format of [DEFAULT_FORMAT, ...RDF_FORMATS]) {
    const plain = qualityOf(preferences, format);
    const profiled = PROFILED.includes(format) ? profiledQuality(preferences, format) : 0;
    const quality = Math.max(plain, profiled);
    if (quality > bestQuality) {
      best = { format, treeProfile: profiled >= plain };
      bestQuality = quality;
    }
  }
  return best;
}

/** The format alone, for documents that have no hypermedia. */
export function negotiateFormat(accept: string | undefined): RdfFormat | undefined {
  return negotiateDocument(accept)?.format;
}

/** By the most specific entry that matches. A parameter that we do not know is not looked at. */
function qualityOf(preferences: readonly Preference[], format: RdfFormat): number {
  const type = MEDIA_TYPES[format];
  const family = `${type.split('/')[0]}/*`;
  const byName = (name: string) => preferences.find((one) => one.name === name && !hasTreeProfile(one));
  const own = byName(type) ?? (format === DEFAULT_FORMAT ? byName('text/html') : undefined);
  return (own ?? byName(family) ?? byName('*/*'))?.quality ?? 0;
}

function profiledQuality(preferences: readonly Preference[], format: RdfFormat): number {
  return preferences.find((one) => one.name === MEDIA_TYPES[format] && hasTreeProfile(one))?.quality ?? 0;
}

/** Several profiles stand in one parameter, with spaces between. */
function hasTreeProfile({ parameters }: Preference): boolean {
  return parameters.get('profile')?.split(' ').includes(TREE_PROFILE) ?? false;
}

/** zstd only for those who write its name: some clients say `*` and cannot read it. */
const ONLY_BY_NAME: readonly Encoding[] = ['zstd'];

/**
 * The encoding to answer in; of those liked as well, the first of {@link ENCODINGS}. Without any, or when a reader likes
 * the bare text better, `identity`.
 */
export function negotiateEncoding(acceptEncoding: string | undefined): Encoding {
  const preferences = parsePreferences(acceptEncoding ?? '');
  const named = (coding: string) => preferences.find(({ name }) => name === coding)?.quality;
  const wildcard = named('*') ?? 0;
  let best: Encoding = 'identity';
  let bestQuality = named('identity') ?? 0;
  for (const encoding of ENCODINGS) {
    if (encoding === 'identity') continue;
    const quality = named(encoding) ?? (ONLY_BY_NAME.includes(encoding) ? 0 : wildcard);
    if (quality > 0 && (quality > bestQuality || (best === 'identity' && quality === bestQuality))) {
      best = encoding;
      bestQuality = quality;
    }
  }
  return best;
}

/** Whether `If-None-Match` names a representation (RFC 9110 section 13.1.2, weak comparison). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((text) => text.trim())
    .some((text) => text === '*' || text === etag || text === `W/${etag}`);
}
