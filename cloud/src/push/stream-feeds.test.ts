import { ok } from '@meetbrug/protocols/result';
import { describe, expect, it } from 'vitest';
import type { StreamHead } from '../log/streams.ts';
import type { EventsRequest } from './events-task.ts';
import { createStreamFeeds, type NamedFeed } from './stream-feeds.ts';

const head = (organisation: string, memberCount: number, changes: Partial<StreamHead> = {}): StreamHead => ({
  id: 1,
  organisation,
  name: 'heat-stress',
  memberCount,
  lastStampMs: 0,
  closed: false,
  live: true,
  ...changes,
});

function feedsOf(heads: readonly StreamHead[]) {
  const reads: EventsRequest[] = [];
  const opened: [string, number][] = [];
  const read = async (request: EventsRequest) => {
    reads.push(request);
    const { until: next } = request;
    return ok({ kind: 'events' as const, body: new Uint8Array(1), spans: [], next, observations: [] });
  };
  const follow = ({ organisation, feed }: NamedFeed) => {
    opened.push([organisation, feed.head()]);
    const nothing = () => undefined;
    feed.follow({ wantsObservations: () => false, take: () => 'ready', end: nothing, cut: nothing }, feed.head());
  };
  return { feeds: createStreamFeeds({ read, pause: async () => undefined }, heads, follow), reads, opened };
}

describe('the feeds of a cloud', () => {
  it('begin where each stream stands at the start', () => {
    const { feeds, reads, opened } = feedsOf([head('demo', 7)]);
    feeds.setHeads([head('demo', 9)]);
    expect(opened).toEqual([['demo', 7]]);
    expect(reads).toMatchObject([{ organisation: 'demo', from: 7, until: 9 }]);
  });

  it('have everything of a stream that comes into being later', () => {
    const { feeds, reads, opened } = feedsOf([]);
    feeds.setHeads([head('demo', 3)]);
    expect(opened).toEqual([['demo', 0]]);
    expect(reads).toMatchObject([{ from: 0, until: 3 }]);
  });

  it('take up a stream of all organisations once it is whole, without what others published before', () => {
    const { feeds, reads, opened } = feedsOf([head('all', 5, { live: false })]);
    expect(feeds.find('all', 'heat-stress')).toBeUndefined();
    feeds.setHeads([head('all', 8)]);
    feeds.setHeads([head('all', 9)]);
    expect(opened).toEqual([['all', 8]]);
    expect(reads).toMatchObject([{ organisation: 'all', from: 8, until: 9 }]);
  });
});
