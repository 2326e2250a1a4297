import { parseNodePath, type TreeNode } from '@meetbrug/protocols/ldes';
import { BY_PAGE } from '../ldes/feed.ts';

/** Where a path below `/ldes/` leads; `node` is undefined for the document of the stream itself. */
export interface FeedTarget {
  readonly organisation: string;
  readonly stream: string;
  readonly node: TreeNode | undefined;
}

const FEED_PATH = new RegExp(`^/ldes/([a-z0-9-]+)/([a-z0-9-]+)(?:/${BY_PAGE}(?:/(.+))?)?$`);
const PATH_LENGTH_MAX = 300;

/** Reads a path in its one canonical spelling. */
export function parseFeedPath(path: string): FeedTarget | undefined {
  const match = FEED_PATH.exec(path);
  if (match === null || path.length > PATH_LENGTH_MAX) return undefined;
  const [, organisation = '', stream = '', tail] = match;
  if (!path.includes(`/${BY_PAGE}`, `/ldes/${organisation}/${stream}`.length)) {
    return { organisation, stream, node: undefined };
  }
  const node = parseNodePath(tail ?? '');
  return node === undefined ? undefined : { organisation, stream, node };
}

/**
 * The canonical spelling of a URL path and query: percent-encoding undone, no empty segment, no slash at the end, no
 * leading zeros, no query. Undefined when the spelling is not a feed's whatever is done to it. Readers compare page URLs
 * character by character, so every other spelling is redirected here.
 */
export function canonicalFeedPath(pathAndQuery: string): string | undefined {
  const [encoded = ''] = pathAndQuery.split(/[?#]/, 1);
  let path: string;
  try {
    path = decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment, index) => (index > 3 ? segment.replace(/^0+(?=\d)/, '') : segment));
  const canonical = `/${segments.join('/')}`;
  return parseFeedPath(canonical) === undefined ? undefined : canonical;
}
