import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import type { Fault, Result } from '@meetbrug/protocols/result';
import type { StreamHead } from '../log/streams.ts';
import type { EventsAnswer, EventsRequest } from './events-task.ts';
import { createStreamFeed, type OneByOne, type StreamFeed } from './stream-feed.ts';

export interface StreamFeedsSettings {
  /** Through the readers of the store. */
  readonly read: (request: EventsRequest) => Promise<Result<EventsAnswer, Fault>>;
  /** Waits before a read that failed is tried again. */
  readonly pause: () => Promise<void>;
}

export interface NamedFeed {
  readonly organisation: string;
  readonly stream: string;
  readonly feed: StreamFeed;
}

/** A feed for each stream that there is. */
export interface StreamFeeds {
  setHeads(heads: readonly StreamHead[]): void;
  find(organisation: string, stream: string): NamedFeed | undefined;
  list(): Iterable<NamedFeed>;
  stop(): void;
}

/**
 * @param heads every stream that there is: one that is heard of later has come into being, and its members are news
 * @param onOpened a stream has come into being, or a stream of all organisations is whole; called for those that are there
 * at the start too
 */
export function createStreamFeeds(
  { read, pause }: StreamFeedsSettings,
  heads: readonly StreamHead[],
  onOpened: (named: NamedFeed) => void,
): StreamFeeds {
  const feeds = new Map<string, NamedFeed>();
  // Whoever is behind may be so by millions: together they keep one reader busy, those at the head go past them.
  const oneByOne = createQueue();

  function open({ organisation, name: stream, closed }: StreamHead, memberCount: number): NamedFeed {
    const feed = createStreamFeed({
      memberCount,
      closed,
      read: (from, until, observations) => read({ organisation, stream, from, until, observations }),
      oneByOne,
      pause,
    });
    const named = { organisation, stream, feed };
    feeds.set(`${organisation}/${stream}`, named);
    onOpened(named);
    return named;
  }

  for (const head of heads) if (head.live) open(head, head.memberCount);

  return {
    setHeads(heads) {
      for (const head of heads) {
        if (!head.live) continue;
        // A stream of all organisations becomes whole with what others have published long before.
        const from = head.organisation === ALL_ORGANISATIONS ? head.memberCount : 0;
        const { feed } = feeds.get(`${head.organisation}/${head.name}`) ?? open(head, from);
        feed.setHead(head.memberCount, head.closed);
      }
    },
    find: (organisation, stream) => feeds.get(`${organisation}/${stream}`),
    list: () => feeds.values(),
    stop() {
      for (const { feed } of feeds.values()) feed.stop();
    },
  };
}

/** Does what it is given one after the other; bounded by those who wait for what they gave. */
function createQueue(): OneByOne {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
