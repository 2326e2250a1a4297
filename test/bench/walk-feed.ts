/**
 * The raw walker: replicates a view with ten requests at one time, gzip, in a process of its own. Argument: the URL of the
 * view's root. Sends a {@link FeedWalk}.
 */
import { crawlFeed } from './crawl-feed.ts';

export interface FeedWalk {
  readonly members: number;
  readonly pages: number;
  /** Of the bodies, as they were on the wire. */
  readonly bytes: number;
  readonly seconds: number;
}

const [rootUrl = ''] = process.argv.slice(2);
let members = 0;
let pages = 0;
let bytes = 0;
const startedMs = performance.now();
await crawlFeed({
  rootUrl,
  encoding: 'gzip',
  connections: 10,
  onPage: ({ answer, memberCount }) => {
    members += memberCount;
    pages += 1;
    bytes += answer.body.length;
  },
});
const seconds = (performance.now() - startedMs) / 1000;
process.send?.({ members, pages, bytes, seconds } satisfies FeedWalk, () => process.exit(0));
