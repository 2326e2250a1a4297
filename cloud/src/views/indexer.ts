import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { IndexerReply, IndexerRequest, IndexerSettings } from './indexer-messages.ts';
import type { IndexHead } from './view-indexer.ts';

export interface IndexerEvents {
  readonly onMoved: (heads: readonly IndexHead[]) => void;
  /** Keyed views stand still from now on; everything else goes on. */
  readonly onFailed: (detail: string) => void;
}

/** The main thread's hold on the thread that fills the index. */
export interface Indexer {
  readonly opened: readonly IndexHead[];
  /** Something was committed. */
  wake(): void;
  /** Retention has taken something. */
  noteDropped(): void;
  stop(): Promise<void>;
}

/** Starts the thread; when it is ready the file is there to be read. */
export async function startIndexer(
  settings: IndexerSettings,
  { onMoved, onFailed }: IndexerEvents,
): Promise<Result<Indexer, Fault<'index-unusable'>>> {
  const worker = new Worker(new URL('./indexer-worker.ts', import.meta.url), { workerData: settings });
  const exited = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
  let first: IndexerReply;
  try {
    [first] = (await once(worker, 'message')) as [IndexerReply];
  } catch (error) {
    return fail('index-unusable', `--data-dir: ${settings.indexFile} cannot be used: ${(error as Error).message}`);
  }
  if (first.kind !== 'ready') throw new Error(`the indexer began with ${first.kind}`);
  let isStopping = false;
  let isFailed = false;
  const failOnce = (detail: string) => {
    if (!isStopping && !isFailed) onFailed(detail);
    isFailed = true;
  };
  worker.on('message', (reply: IndexerReply) => {
    if (reply.kind === 'failed') failOnce(reply.detail);
    else onMoved(reply.heads);
  });
  worker.on('error', (error: Error) => failOnce(error.message));
  void exited.then(() => failOnce('the thread has ended'));
  const post = (kind: IndexerRequest['kind']) => worker.postMessage({ kind } satisfies IndexerRequest);
  post('wake');
  return ok({
    opened: first.heads,
    wake: () => post('wake'),
    noteDropped: () => post('dropped'),
    async stop() {
      isStopping = true;
      post('stop');
      await exited;
    },
  });
}
