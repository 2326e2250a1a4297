import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Registry } from 'prom-client';
import type { Writer } from '../log/writer.ts';
import type { FollowReply, FollowRequest, FollowSettings } from './follow-messages.ts';
import { recordFollowing } from './follow-metrics.ts';
import type { FollowProgress } from './follow-progress.ts';
import type { FollowedFeed } from './followed-feed.ts';

export interface FollowSurroundings {
  readonly dataDir: string;
  readonly storeFile: string;
  readonly publicBaseUrl: string;
  readonly writer: Pick<Writer, 'appendOutside'>;
  readonly registry: Registry;
  readonly nowMs: () => number;
  readonly until: FollowSettings['until'];
  /** How far a feed has come; told a few times a second while it moves. */
  readonly onProgress?: (feed: FollowedFeed, progress: FollowProgress) => void;
  /** A feed cannot be read, or not in whole; undefined when it can again. Told when it changes. */
  readonly onFault: (feed: FollowedFeed, detail: string | undefined) => void;
  /** The thread has ended: nothing is followed until the next start. */
  readonly onFailed: (detail: string) => void;
}

/** The thread that follows feeds of others, while the cloud runs. */
export interface Follow {
  /** Settles when every feed has ended by itself, with why those stopped that had not read everything. */
  readonly ended: Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Heap of the thread: a page of the largest size, taken apart, and what waits to be committed. */
const HEAP_MIB_MAX = 1_024;

/** Starts the thread. The store must be open for writing. */
export function startFollow(feeds: readonly FollowedFeed[], surroundings: FollowSurroundings): Follow {
  const { dataDir, storeFile, publicBaseUrl, writer, registry, nowMs, until } = surroundings;
  const settings: FollowSettings = {
    storeFile,
    publicBaseUrl,
    memoryFile: join(dataDir, 'follow.sqlite'),
    feeds,
    until,
  };
  const worker = new Worker(new URL('./follow-worker.ts', import.meta.url), {
    workerData: settings,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  const exited = once(worker, 'exit');
  const metrics = recordFollowing(feeds, registry);
  const faults = new Map<number, string>();
  const unread: string[] = [];
  let isStopping = false;
  let failure: string | undefined;

  const post = (message: FollowRequest) => worker.postMessage(message);
  const setFault = (index: number, detail: string | undefined) => {
    const feed = feeds[index];
    if (feed === undefined || faults.get(index) === detail) return;
    if (detail === undefined) faults.delete(index);
    else faults.set(index, detail);
    metrics.setStanding(index, detail !== undefined);
    surroundings.onFault(feed, detail);
  };
  const take = async (reply: FollowReply) => {
    if (reply.kind === 'append') {
      post({ kind: 'appended', id: reply.id, outcome: await writer.appendOutside(reply.append, nowMs()) });
    } else if (reply.kind === 'progress') {
      metrics.setProgress(reply.feed, reply.progress);
      setFault(reply.feed, reply.progress.fault);
      const feed = feeds[reply.feed];
      if (feed !== undefined) surroundings.onProgress?.(feed, reply.progress);
    } else {
      setFault(reply.feed, reply.detail);
      if (reply.detail !== undefined) unread.push(reply.detail);
    }
  };
  worker.on('message', (reply: FollowReply) => void take(reply));
  worker.on('error', (error: Error) => {
    failure = error.message;
  });
  const ended = exited.then(() => {
    const isEarly = !isStopping && (until === 'stopped' || failure !== undefined);
    if (isEarly)
      surroundings.onFailed(`feeds are not followed until the next start: ${failure ?? 'the thread has ended'}`);
    return failure === undefined ? unread : [...unread, failure];
  });

  return {
    ended,
    async stop() {
      isStopping = true;
      post({ kind: 'stop' });
      await exited;
    },
  };
}
