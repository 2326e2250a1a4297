import { Counter, Gauge, type Registry } from 'prom-client';
import type { FollowProgress } from './follow-progress.ts';
import type { FollowedFeed } from './followed-feed.ts';

/** What `/metrics` shows of followed feeds; a feed by its place. */
export interface FollowMetrics {
  setProgress(feed: number, progress: FollowProgress): void;
  setStanding(feed: number, isStanding: boolean): void;
}

export function recordFollowing(feeds: readonly FollowedFeed[], registry: Registry): FollowMetrics {
  const progresses = new Map<number, FollowProgress>();
  const labels = feeds.map(({ url, organisation, stream }) => ({ feed: url, stream: `${organisation}/${stream}` }));
  /** Counted in the thread: set when somebody looks. */
  const counter = (name: string, help: string, read: (progress: FollowProgress) => Readonly<Record<string, number>>) =>
    new Counter({
      name: `meetbrug_cloud_follow_${name}_total`,
      help,
      labelNames: ['feed', 'stream', 'outcome'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [index, progress] of progresses) {
          for (const [outcome, count] of Object.entries(read(progress))) this.inc({ ...labels[index], outcome }, count);
        }
      },
    });
  counter(
    'members',
    'Members of followed feeds: new here, known here, in conflict with what is here, refused',
    ({ members }) => members,
  );
  counter(
    'requests',
    'Pages of followed feeds that were read, that had not changed, that could not be read',
    (progress) => progress.requests,
  );
  new Gauge({
    name: 'meetbrug_cloud_follow_pages',
    help: 'Pages of followed feeds: waiting to be read, open, read for good',
    labelNames: ['feed', 'stream', 'state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [index, { waiting, open, read }] of progresses) {
        for (const [state, count] of Object.entries({ waiting, open, read }))
          this.set({ ...labels[index], state }, count);
      }
    },
  });
  const standing = new Gauge({
    name: 'meetbrug_cloud_follow_standing',
    help: '1 while a followed feed cannot be read, or not in whole',
    labelNames: ['feed', 'stream'],
    registers: [registry],
  });
  for (const label of labels) standing.set(label, 0);
  return {
    setProgress: (feed, progress) => void progresses.set(feed, progress),
    setStanding(feed, isStanding) {
      const label = labels[feed];
      if (label !== undefined) standing.set(label, isStanding ? 1 : 0);
    },
  };
}
