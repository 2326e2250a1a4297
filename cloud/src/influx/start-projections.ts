import { Worker } from 'node:worker_threads';
import { Gauge, type Registry } from 'prom-client';
import type { ProjectionReply, ProjectionRequest, ProjectionSettings, TargetState } from './projection-messages.ts';

export interface ProjectionEvents {
  /** A target began to refuse or to be away, or takes observations again (without a fault). */
  readonly onChanged: (state: TargetState) => void;
  /** Nothing is written any more until the next start; everything else goes on. */
  readonly onFailed: (detail: string) => void;
}

/** The main thread's hold on the thread that writes to InfluxDB. */
export interface Projections {
  /** Something was committed. */
  wake(): void;
  stop(): Promise<void>;
}

export function startProjections(
  settings: ProjectionSettings,
  registry: Registry,
  { onChanged, onFailed }: ProjectionEvents,
): Projections {
  const behind = new Gauge({
    name: 'meetbrug_cloud_influx_behind',
    help: 'Log rows that an InfluxDB target lacked when it was last looked at',
    labelNames: ['target'],
    registers: [registry],
  });
  const worker = new Worker(new URL('./projection-worker.ts', import.meta.url), { workerData: settings });
  const exited = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
  const faulty = new Set<string>();
  let isStopping = false;
  let isFailed = false;
  const failOnce = (detail: string) => {
    if (!isStopping && !isFailed) onFailed(detail);
    isFailed = true;
  };
  worker.on('message', (reply: ProjectionReply) => {
    if (reply.kind === 'failed') return failOnce(reply.detail);
    const { target, fault } = reply;
    behind.set({ target }, reply.behind);
    const wasFaulty = faulty.has(target);
    if (fault === undefined) faulty.delete(target);
    else faulty.add(target);
    if (wasFaulty !== (fault !== undefined)) onChanged({ target, behind: reply.behind, fault });
  });
  worker.on('error', (error: Error) => failOnce(error.message));
  void exited.then(() => failOnce('the thread has ended'));
  const post = (kind: ProjectionRequest['kind']) => worker.postMessage({ kind } satisfies ProjectionRequest);
  return {
    wake: () => post('wake'),
    async stop() {
      isStopping = true;
      post('stop');
      await exited;
    },
  };
}
