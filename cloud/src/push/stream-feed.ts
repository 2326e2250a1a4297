import type { Fault, Result } from '@meetbrug/protocols/result';
import type { CutReason } from './event-text.ts';
import type { EventChunk, EventsAnswer } from './events-task.ts';

/** Somebody that members are pushed to. */
export interface Sink {
  /** Whether its chunks are to have the observations as SensorThings entities; may change at any time. */
  wantsObservations(): boolean;
  /** Takes a chunk. `full`: nothing more until it has called what {@link StreamFeed.follow} got as `onReady`. */
  take(chunk: EventChunk): 'ready' | 'full';
  /** The stream is closed, and everything of it was taken. */
  end(memberCount: number): void;
  cut(reason: CutReason): void;
}

/** A sink that follows a stream. */
export interface Follower {
  /** There is room again after `full`. */
  ready(): void;
  leave(): void;
}

/** @param observations whether the chunk is to have the observations as SensorThings entities */
export type ReadEvents = (from: number, until: number, observations: boolean) => Promise<Result<EventsAnswer, Fault>>;

export type OneByOne = <T>(work: () => Promise<T>) => Promise<T>;

export interface StreamFeedSettings {
  /** Members 0 to `memberCount` - 1 are committed. */
  readonly memberCount: number;
  readonly closed: boolean;
  readonly read: ReadEvents;
  /** Those who are behind are read for one after the other, whatever stream they follow. */
  readonly oneByOne: OneByOne;
  /** Waits before a read that failed is tried again. */
  readonly pause: () => Promise<void>;
}

/** One stream and those who follow it. */
export interface StreamFeed {
  /** What a writer committed, or that the stream was closed. */
  setHead(memberCount: number, closed: boolean): void;
  /** The ordinal that a follower from now on gets first. */
  head(): number;
  memberCount(): number;
  isClosed(): boolean;
  /** @param next the ordinal that it wants first */
  follow(sink: Sink, next: number): Follower;
  followers(): number;
  stop(): void;
}

interface State {
  readonly sink: Sink;
  next: number;
  gone: boolean;
  /** It is being read for. */
  reading: boolean;
  full: boolean;
}

/**
 * Hands out what is committed, in order of ordinals, each once. Those who have everything stand at the head: a commit is
 * read once for all of them. Whoever comes with an older ordinal, or did not take what it was given, is behind: it is read
 * for alone, a chunk at a time, until it is at the head. Nothing waits here for anybody: the log does.
 */
export function createStreamFeed(settings: StreamFeedSettings): StreamFeed {
  const followers = new Set<State>();
  const atHead = new Set<State>();
  /** They have more than was handed out: from another cloud of the same store, or read from a page. */
  const ahead = new Set<State>();
  let { memberCount, closed } = settings;
  /** Everything before it was handed to those at the head. */
  let head = memberCount;
  let isReading = false;
  let stopped = false;

  /** Gives a follower what is its turn; it leaves the head while it has no room. */
  function hand(state: State, chunk: EventChunk): void {
    state.next = chunk.next;
    if (chunk.body.length === 0 || state.sink.take(chunk) === 'ready') return;
    state.full = true;
    atHead.delete(state);
  }

  function endIfDone(state: State): void {
    if (!closed || state.gone || state.next < memberCount) return;
    remove(state);
    state.sink.end(memberCount);
  }

  function remove(state: State): void {
    state.gone = true;
    for (const set of [followers, atHead, ahead]) set.delete(state);
  }

  function cutAll(reason: CutReason): void {
    for (const state of [...followers]) {
      remove(state);
      state.sink.cut(reason);
    }
  }

  async function readOn(): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (head < memberCount && !stopped) {
      if (atHead.size === 0) head = memberCount;
      else await readHead();
      for (const state of [...ahead]) if (state.next <= head) place(state);
    }
    isReading = false;
    for (const state of [...atHead]) endIfDone(state);
  }

  async function readHead(): Promise<void> {
    const observations = [...atHead].some(({ sink }) => sink.wantsObservations());
    const answered = await settings.read(head, memberCount, observations);
    if (stopped) return;
    if (!answered.ok) return settings.pause();
    const chunk = answered.value;
    if (chunk.kind === 'absent') return cutAll('stream-gone');
    if (chunk.next === head) return settings.pause();
    head = chunk.next;
    for (const state of [...atHead]) hand(state, chunk);
  }

  async function readBehind(state: State): Promise<void> {
    if (state.reading) return;
    state.reading = true;
    while (state.next < head && !state.gone && !state.full && !stopped) {
      // Who has gone while it waited is not read for.
      const answered = await settings.oneByOne(async () =>
        state.gone ? undefined : settings.read(state.next, head, state.sink.wantsObservations()),
      );
      if (answered === undefined || state.gone || stopped) return;
      if (!answered.ok) await settings.pause();
      else if (answered.value.kind === 'absent') return cutAll('stream-gone');
      else if (answered.value.next === state.next) await settings.pause();
      else hand(state, answered.value);
    }
    state.reading = false;
    if (!state.full) place(state);
  }

  /** Puts a follower that has room where it belongs. */
  function place(state: State): void {
    if (state.gone || stopped) return;
    ahead.delete(state);
    if (state.next < head) {
      void readBehind(state);
    } else if (state.next > head) {
      ahead.add(state);
    } else {
      atHead.add(state);
      if (head === memberCount) endIfDone(state);
    }
  }

  return {
    setHead(count, isClosed) {
      memberCount = Math.max(memberCount, count);
      closed ||= isClosed;
      void readOn();
    },
    head: () => head,
    memberCount: () => memberCount,
    isClosed: () => closed,
    follow(sink, next) {
      const state: State = { sink, next, gone: false, reading: false, full: false };
      followers.add(state);
      place(state);
      return {
        ready() {
          state.full = false;
          place(state);
        },
        leave: () => remove(state),
      };
    },
    followers: () => followers.size,
    stop() {
      stopped = true;
      cutAll('stopping');
    },
  };
}
