import type { OutsideMemberRules } from '../outside/outside-terms.ts';
import type { FeedCredentials } from './feed-credentials.ts';
import type { PollBounds } from './page-freshness.ts';

/** A feed of somebody else and the stream of ours that it goes into, with all that a reader of it needs. */
export interface FollowedFeed extends PollBounds {
  /** Of the stream, of a root node, or of a page that names one view. */
  readonly url: string;
  readonly organisation: string;
  readonly stream: string;
  /** What the stream asks of its members. */
  readonly rules: OutsideMemberRules;
  /** Shapes that they must conform to, in Turtle. */
  readonly shapes?: string | undefined;
  readonly credentials: FeedCredentials;
  /** Further hosts, with their ports, that its pages may lie on. */
  readonly hosts: readonly string[];
  /** Whether its members are versions already, or states that become versions here. */
  readonly objects: 'as-declared' | 'versions' | 'states';
  /** Whether a member takes along what a page says of the IRIs that it refers to. */
  readonly followIris: boolean;
  /** Requests under way at once. */
  readonly requestsMax: number;
  readonly timeoutMs: number;
  readonly pageBytesMax: number;
  /** Pages that are remembered. */
  readonly pagesMax: number;
}

/** What its memory, its cursor and its progress are kept under. */
export function nameOfFeed({
  url,
  organisation,
  stream,
}: Pick<FollowedFeed, 'url' | 'organisation' | 'stream'>): string {
  return `${organisation}/${stream} ${url}`;
}
