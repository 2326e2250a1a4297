import { BY_PAGE, parseViewPath } from '@meetbrug/protocols/ldes';
import type { ServedViews } from '../views/served-views.ts';
import { segmentsOf } from './path-segments.ts';

/** A document below `/ldes/`, by the parts of its canonical path. */
export interface FeedTarget {
  readonly organisation: string;
  readonly stream: string;
  /** Undefined: the document of the stream itself. */
  readonly view: string | undefined;
  /** Below the root of the view; empty for the root. */
  readonly path: string;
}

export interface FeedLocation {
  /** The one spelling of the path, `/ldes/…`, without the path of the public base URL. */
  readonly canonical: string;
  readonly target: FeedTarget;
}

/** What stands before a number in the path of a node. */
const NUMBERED = /(?<=^|\/)(page|index|bucket)((?:\/\d+){1,2})$/;
const LEADING_ZEROS = /\/0+(?=\d)/g;

/**
 * Where a path with its query leads, whatever its spelling: percent-encoding undone, no empty or dot segment, no slash
 * at the end, no leading zeros, no query. Undefined when no view can have it under any spelling. Readers compare page URLs
 * character by character, so every spelling but the canonical one is redirected.
 */
export function locateFeed(target: string, views: Pick<ServedViews, 'find'>): FeedLocation | undefined {
  const [root, organisation, stream, view, ...rest] = segmentsOf(target);
  if (root !== 'ldes' || organisation === undefined || stream === undefined) return undefined;
  const served = views.find(organisation, stream, view ?? BY_PAGE);
  if (served === undefined) return undefined;
  const text = rest.join('/');
  const path = [text, withoutLeadingZeros(text)].find((spelling) => parseViewPath(served.definition, spelling));
  if (path === undefined) return undefined;
  const canonical = ['/ldes', organisation, stream, view, path].filter((part) => part !== undefined && part !== '');
  return { canonical: canonical.join('/'), target: { organisation, stream, view, path } };
}

function withoutLeadingZeros(path: string): string {
  return path.replace(NUMBERED, (_, keyword: string, numbers: string) => keyword + numbers.replace(LEADING_ZEROS, '/'));
}
