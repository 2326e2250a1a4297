import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Acknowledgement, Welcome } from '@meetbrug/protocols/delivery';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { ColdWork } from '../cold/cold-work.ts';
import type { OutsideAppend, OutsideAppendFaultCode, OutsideResult } from '../outside/outside-append.ts';
import type { HeldStream } from '../retention/store-retention.ts';
import type { StreamHead } from './streams.ts';
import type { StoredView } from './views.ts';
import type { WriterReply, WriterRequest, WriterSettings } from './writer-messages.ts';

type Committed = Extract<WriterReply, { kind: 'committed' }>;
type Tended = Extract<WriterReply, { kind: 'tended' }>;

/** What the rest of the program is told of the writer. */
export interface WriterEvents {
  /** After each commit, before its batches are answered. */
  readonly onCommitted: (commit: Committed) => void;
  /** Heads and views that changed without a batch. */
  readonly onTended?: (changes: Pick<Tended, 'heads' | 'views'>) => void;
  /** The log can take nothing more: the process must end, edges keep their data. */
  readonly onFailed: (detail: string) => void;
}

/** The main thread's hold on the writer worker. */
export interface Writer {
  /** Settles after the commit. Undefined: committed, but there is nothing to acknowledge. */
  deliver(
    edge: string,
    organisation: string,
    body: Uint8Array,
    nowMs: number,
  ): Promise<Result<Acknowledgement | undefined, Fault<'clock-behind' | 'disk-full' | 'writer-stopped'>>>;
  /**
   * Settles after the commit, with what came of each member; a fault when nothing was taken. The stream is one that is
   * configured under `outside`.
   */
  appendOutside(
    append: OutsideAppend,
    nowMs: number,
  ): Promise<Result<readonly OutsideResult[], Fault<OutsideAppendFaultCode>>>;
  hello(edge: string): Promise<Welcome>;
  head(organisation: string, stream: string): StreamHead | undefined;
  /** Where all streams stood, and the views they had, when the log was opened. */
  readonly opened: { readonly heads: readonly StreamHead[]; readonly views: readonly StoredView[] };
  /** Asks the writer to see what was closed and, with `retain`, to drop what no view need keep. */
  tend(retain: boolean): void;
  /** Settles when what the cold tier asks is committed; a fault when none of it is. */
  cold(work: ColdWork): Promise<Result<undefined, Fault<'disk-full' | 'writer-stopped'>>>;
  /** Stamp of the newest commit in any stream. */
  lastStampMs(): number;
  /** Why the last commit found no room; undefined again after one that did. */
  diskFault(): string | undefined;
  /** Streams that take more than their bytes, because their views promise to keep what they have. */
  heldStreams(): readonly HeldStream[];
  /** Commits what waits and closes the store. */
  stop(): Promise<void>;
}

/** Starts the worker and opens the log; a fault says what the operator must change. */
export async function startWriter(
  settings: WriterSettings,
  events: WriterEvents,
): Promise<Result<Writer, Fault<'log-refused'>>> {
  const worker = new Worker(new URL('./writer-worker.ts', import.meta.url), { workerData: settings });
  const [first] = (await once(worker, 'message')) as [WriterReply];
  if (first.kind !== 'ready') {
    await worker.terminate();
    return fail('log-refused', first.kind === 'refused' ? first.detail : `the writer answered ${first.kind}`);
  }
  return ok(attach(worker, first, events));
}

function attach(worker: Worker, opened: Writer['opened'], events: WriterEvents): Writer {
  type Delivered = Awaited<ReturnType<Writer['deliver']>>;
  const deliveries = new Map<number, (outcome: Delivered) => void>();
  const appends = new Map<number, (outcome: Awaited<ReturnType<Writer['appendOutside']>>) => void>();
  const hellos = new Map<number, (welcome: Welcome) => void>();
  const coldWorks = new Map<number, (outcome: Awaited<ReturnType<Writer['cold']>>) => void>();
  const heads = new Map<string, StreamHead>();
  const exited = once(worker, 'exit');
  let lastStampMs = 0;
  let diskFault: string | undefined;
  let heldStreams: readonly HeldStream[] = [];
  let lastId = 0;
  let stopping = false;

  const setHeads = (moved: readonly StreamHead[]) => {
    for (const head of moved) {
      heads.set(`${head.organisation}/${head.name}`, head);
      lastStampMs = Math.max(lastStampMs, head.lastStampMs);
    }
  };
  const settle = (id: number, outcome: Delivered) => {
    deliveries.get(id)?.(outcome);
    deliveries.delete(id);
  };
  const settleCold = (id: number, outcome: Awaited<ReturnType<Writer['cold']>>) => {
    coldWorks.get(id)?.(outcome);
    coldWorks.delete(id);
  };
  const settleAppend = (id: number, outcome: Awaited<ReturnType<Writer['appendOutside']>>) => {
    appends.get(id)?.(outcome);
    appends.delete(id);
  };
  const failAll = (detail: string) => {
    for (const id of [...deliveries.keys()]) settle(id, fail('writer-stopped', detail));
    for (const id of [...appends.keys()]) settleAppend(id, fail('writer-stopped', detail));
    for (const id of [...coldWorks.keys()]) settleCold(id, fail('writer-stopped', detail));
  };

  worker.on('message', (reply: WriterReply) => {
    if (reply.kind === 'committed') {
      diskFault = undefined;
      setHeads(reply.heads);
      events.onCommitted(reply);
      for (const { id, acknowledgement } of reply.batches) settle(id, ok(acknowledgement));
      for (const { id, results } of reply.outside) settleAppend(id, ok(results));
    } else if (reply.kind === 'clock-behind' || reply.kind === 'disk-full') {
      if (reply.kind === 'disk-full') diskFault = reply.detail;
      for (const id of reply.ids) {
        settle(id, fail(reply.kind, reply.detail));
        settleAppend(id, fail(reply.kind, reply.detail));
      }
    } else if (reply.kind === 'stream-closed') {
      settleAppend(reply.id, fail(reply.kind, reply.detail));
    } else if (reply.kind === 'tended') {
      setHeads(reply.heads);
      events.onTended?.(reply);
    } else if (reply.kind === 'retained') {
      heldStreams = reply.held;
    } else if (reply.kind === 'cold-done') {
      settleCold(reply.id, reply.detail === undefined ? ok(undefined) : fail('disk-full', reply.detail));
    } else if (reply.kind === 'welcome') {
      hellos.get(reply.id)?.(reply.welcome);
      hellos.delete(reply.id);
    } else if (reply.kind === 'failed') {
      failAll(reply.detail);
      events.onFailed(reply.detail);
    }
  });
  worker.on('error', (error: Error) => {
    failAll(error.message);
    events.onFailed(error.message);
  });
  worker.on('exit', () => {
    failAll('the writer has ended');
    if (!stopping) events.onFailed('the writer has ended');
  });
  setHeads(opened.heads);

  return {
    deliver(edge, organisation, body, nowMs) {
      const id = ++lastId;
      // A copy of its own, to be handed over: the packet is a part of a larger buffer of the socket.
      const own = new Uint8Array(body);
      const request: WriterRequest = { kind: 'batch', id, edge, organisation, body: own, nowMs };
      return new Promise((resolve) => {
        deliveries.set(id, resolve);
        worker.postMessage(request, [own.buffer]);
      });
    },
    appendOutside(append, nowMs) {
      const id = ++lastId;
      return new Promise((resolve) => {
        appends.set(id, resolve);
        worker.postMessage({ kind: 'outside', id, append, nowMs } satisfies WriterRequest);
      });
    },
    hello(edge) {
      const id = ++lastId;
      return new Promise((resolve) => {
        hellos.set(id, resolve);
        worker.postMessage({ kind: 'hello', id, edge } satisfies WriterRequest);
      });
    },
    opened: { heads: opened.heads, views: opened.views },
    cold(work) {
      const id = ++lastId;
      return new Promise((resolve) => {
        coldWorks.set(id, resolve);
        worker.postMessage({ kind: 'cold', id, work } satisfies WriterRequest);
      });
    },
    tend: (retain) => worker.postMessage({ kind: 'tend', retain } satisfies WriterRequest),
    head: (organisation, stream) => heads.get(`${organisation}/${stream}`),
    lastStampMs: () => lastStampMs,
    diskFault: () => diskFault,
    heldStreams: () => heldStreams,
    async stop() {
      stopping = true;
      worker.postMessage({ kind: 'stop' } satisfies WriterRequest);
      await exited;
    },
  };
}
