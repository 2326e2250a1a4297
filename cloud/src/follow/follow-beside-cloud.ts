import type { Registry } from 'prom-client';
import type { Writer } from '../log/writer.ts';
import type { FollowedFeed } from './followed-feed.ts';
import { type Follow, startFollow } from './start-follow.ts';

export interface CloudSurroundings {
  readonly dataDir: string;
  readonly storeFile: string;
  readonly publicBaseUrl: string;
  readonly writer: Pick<Writer, 'appendOutside'>;
  readonly metrics: { readonly registry: Registry };
  readonly nowMs: () => number;
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/**
 * Follows the configured feeds while the cloud runs; nothing when there are none. A feed that stands still concerns its
 * publisher, not this cloud's readiness: it is said in the log of the program and in `/metrics`.
 */
export function followBesideCloud(
  feeds: readonly FollowedFeed[] = [],
  { logger, metrics, ...surroundings }: CloudSurroundings,
): Follow | undefined {
  if (feeds.length === 0) return undefined;
  const caughtUp = new Set<FollowedFeed>();
  const fieldsOf = ({ url, organisation, stream }: FollowedFeed) => ({
    feed: url,
    stream: `${organisation}/${stream}`,
  });
  return startFollow(feeds, {
    ...surroundings,
    registry: metrics.registry,
    until: 'stopped',
    onProgress(feed, { caughtUp: isCaughtUp, members }) {
      if (!isCaughtUp || caughtUp.has(feed)) return;
      caughtUp.add(feed);
      logger.info({ ...fieldsOf(feed), members }, 'a followed feed is read whole: from now on what is added');
    },
    onFault(feed, detail) {
      if (detail === undefined) logger.info(fieldsOf(feed), 'a followed feed can be read again');
      else logger.warn({ ...fieldsOf(feed), detail }, 'a followed feed cannot be read, or not in whole');
    },
    onFailed: (detail) => logger.warn({ detail }, 'no feed is followed'),
  });
}
