import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { RollupReply, RollupRequest, RollupWorkerSettings } from './rollup-messages.ts';

/** The main thread's hold on the thread that makes the rollups. */
export interface RunningRollups {
  /** Something was committed. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Starts the thread; the file is there to be read when this returns.
 * @param onFailed rollups stand still from now on; what is asked is read from the observations, and more slowly
 */
export async function startRollups(
  settings: RollupWorkerSettings,
  onFailed: (detail: string) => void,
): Promise<Result<RunningRollups, Fault<'rollups-unusable'>>> {
  const worker = new Worker(new URL('./rollup-worker.ts', import.meta.url), { workerData: settings });
  const exited = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
  try {
    await once(worker, 'message');
  } catch (error) {
    return fail('rollups-unusable', `--data-dir: ${settings.rollupFile} cannot be used: ${(error as Error).message}`);
  }
  let isStopping = false;
  let isFailed = false;
  const failOnce = (detail: string) => {
    if (!isStopping && !isFailed) onFailed(detail);
    isFailed = true;
  };
  worker.on('message', (reply: RollupReply) => {
    if (reply.kind === 'failed') failOnce(reply.detail);
  });
  worker.on('error', (error: Error) => failOnce(error.message));
  void exited.then(() => failOnce('the thread has ended'));
  const post = (kind: RollupRequest['kind']) => worker.postMessage({ kind } satisfies RollupRequest);
  post('wake');
  return ok({
    wake: () => post('wake'),
    async stop() {
      isStopping = true;
      post('stop');
      await exited;
    },
  });
}
