import { fail, ok } from '@meetbrug/protocols/result';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CutReason } from './event-text.ts';
import type { EventChunk } from './events-task.ts';
import { createStreamFeed, type Follower, type ReadEvents, type Sink, type StreamFeed } from './stream-feed.ts';

const SEED = 802;
const CHUNK_MEMBERS = 3;

/** A chunk of which the members are told by the ordinals in `spans`: nothing here looks into the text. */
function chunkOf(from: number, until: number): EventChunk {
  const next = Math.min(until, from + CHUNK_MEMBERS);
  const spans = Array.from({ length: next - from }, (_, index) => from + index);
  return { kind: 'events', body: new Uint8Array(1), spans, next, observations: [] };
}

/** A follower that writes down what it gets, and has room for so many chunks at a time. */
class Listener implements Sink {
  readonly ordinals: number[] = [];
  readonly said: (CutReason | 'end')[] = [];
  readonly feed: StreamFeed;
  follower: Follower;
  readonly #chunksMax: number;
  #room: number;

  constructor(feed: StreamFeed, next: number, chunksMax = Number.POSITIVE_INFINITY) {
    this.feed = feed;
    this.#chunksMax = chunksMax;
    this.#room = chunksMax;
    this.follower = feed.follow(this, next);
  }

  wantsObservations(): boolean {
    return false;
  }

  take({ spans }: EventChunk): 'ready' | 'full' {
    if (this.#room === 0) throw new Error('given more than there is room for');
    this.ordinals.push(...spans);
    this.#room -= 1;
    return this.#room === 0 ? 'full' : 'ready';
  }

  drain(): void {
    if (this.#room > 0) return;
    this.#room = this.#chunksMax;
    this.follower.ready();
  }

  end(): void {
    this.said.push('end');
  }

  cut(reason: CutReason): void {
    this.said.push(reason);
  }
}

/** A feed over reads that are answered when the test says so. */
function heldFeed(memberCount: number, closed = false) {
  const waiting: (() => void)[] = [];
  const reads: [number, number][] = [];
  const read: ReadEvents = (from, until) => {
    reads.push([from, until]);
    return new Promise((resolve) => waiting.push(() => resolve(ok(chunkOf(from, until)))));
  };
  const feed = createStreamFeed({
    memberCount,
    closed,
    read,
    oneByOne: (work) => work(),
    pause: async () => undefined,
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  /** Answers one of the reads that wait, or does nothing. */
  const answer = async (which = 0) => {
    const [one] = waiting.splice(waiting.length === 0 ? 0 : which % waiting.length, 1);
    one?.();
    await settle();
  };
  const answerAll = async () => {
    await settle();
    while (waiting.length > 0) await answer();
  };
  return { feed, reads, answer, answerAll };
}

const upTo = (from: number, until: number) => Array.from({ length: until - from }, (_, index) => from + index);

describe('a feed', () => {
  it('reads a commit once for all who stand at the head', async () => {
    const { feed, reads, answerAll } = heldFeed(5);
    const listeners = [1, 2, 3].map(() => new Listener(feed, feed.head()));
    feed.setHead(7, false);
    await answerAll();
    expect(reads).toEqual([[5, 7]]);
    for (const { ordinals } of listeners) expect(ordinals).toEqual([5, 6]);
  });

  it('reads nothing while nobody follows', async () => {
    const { feed, reads, answerAll } = heldFeed(0);
    feed.setHead(100, false);
    await answerAll();
    expect(reads).toEqual([]);
    expect(feed.head()).toBe(100);
  });

  it('ends for who has everything once the stream is closed, not before', async () => {
    const { feed, answerAll } = heldFeed(4);
    const behind = new Listener(feed, 0);
    const atHead = new Listener(feed, 4);
    feed.setHead(5, true);
    expect(atHead.said).toEqual([]);
    await answerAll();
    for (const listener of [behind, atHead]) expect(listener.said).toEqual(['end']);
    expect(behind.ordinals).toEqual(upTo(0, 5));
    expect(new Listener(feed, 5).said).toEqual(['end']);
  });

  it('says that it stops, and gives nothing more', async () => {
    const { feed, answerAll } = heldFeed(0);
    const listener = new Listener(feed, 0);
    feed.setHead(2, false);
    feed.stop();
    await answerAll();
    expect([listener.said, listener.ordinals]).toEqual([['stopping'], []]);
  });

  it('cuts everybody when the stream is gone', async () => {
    const pause = async () => undefined;
    const read: ReadEvents = async () => ok({ kind: 'absent' });
    const feed = createStreamFeed({ memberCount: 0, closed: false, read, oneByOne: (work) => work(), pause });
    const listener = new Listener(feed, 0);
    feed.setHead(1, false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(listener.said).toEqual(['stream-gone']);
  });

  it('tries a read again that failed, or found nothing yet, after a pause', async () => {
    const answers = [fail('readers-busy', ''), ok({ ...chunkOf(0, 0) }), ok(chunkOf(0, 2))];
    let pauses = 0;
    const read: ReadEvents = async () => answers.shift() ?? fail('no-more', '');
    const pause = async () => {
      pauses += 1;
    };
    const feed = createStreamFeed({ memberCount: 0, closed: false, read, oneByOne: (work) => work(), pause });
    const listener = new Listener(feed, 0);
    feed.setHead(2, false);
    await new Promise((resolve) => setImmediate(resolve));
    expect([pauses, listener.ordinals]).toEqual([2, [0, 1]]);
  });

  it('reads for nobody who has gone while others were read for', async () => {
    const turns: (() => void)[] = [];
    const reads: number[] = [];
    const read: ReadEvents = async (from, until) => {
      reads.push(from);
      return ok(chunkOf(from, until));
    };
    const oneByOne = <T>(work: () => Promise<T>) =>
      new Promise<T>((resolve) => turns.push(() => void work().then(resolve)));
    const feed = createStreamFeed({ memberCount: 9, closed: false, read, oneByOne, pause: async () => undefined });
    new Listener(feed, 0).follower.leave();
    for (const turn of turns) turn();
    await new Promise((resolve) => setImmediate(resolve));
    expect([reads, feed.followers()]).toEqual([[], 0]);
  });

  const step = fc.oneof(
    fc.record({ kind: fc.constant('commit' as const), members: fc.integer({ min: 1, max: 8 }) }),
    fc.record({
      kind: fc.constant('join' as const),
      next: fc.nat(60),
      chunksMax: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
    }),
    fc.record({ kind: fc.constant('answer' as const), which: fc.nat(5) }),
    fc.record({ kind: fc.constant('drain' as const), which: fc.nat(9) }),
    fc.record({ kind: fc.constant('leave' as const), which: fc.nat(9) }),
  );

  it('gives each follower every member from where it wants on, once, in order, whatever happens between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.array(step, { maxLength: 60 }), async (start, steps) => {
        const { feed, answer, answerAll } = heldFeed(start);
        const listeners: { listener: Listener; from: number }[] = [];
        const gone = new Set<Listener>();
        let memberCount = start;
        for (const one of steps) {
          const of = 'which' in one ? listeners[one.which % Math.max(1, listeners.length)]?.listener : undefined;
          if (one.kind === 'commit') {
            memberCount += one.members;
            feed.setHead(memberCount, false);
          } else if (one.kind === 'answer') await answer(one.which);
          else if (one.kind === 'drain') of?.drain();
          else if (one.kind === 'leave') {
            of?.follower.leave();
            if (of !== undefined) gone.add(of);
          } else {
            const from = Math.min(one.next, memberCount);
            listeners.push({ listener: new Listener(feed, from, one.chunksMax), from });
          }
        }
        for (let round = 0; round < 80; round += 1) {
          for (const { listener } of listeners) listener.drain();
          await answerAll();
        }
        for (const { listener, from } of listeners) {
          const until = gone.has(listener) ? from + listener.ordinals.length : memberCount;
          expect(listener.ordinals).toEqual(upTo(from, until));
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
