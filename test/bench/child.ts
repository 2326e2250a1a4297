import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

/** A measured program in a process of its own, so that client and server do not share an event loop. */
export interface BenchChild {
  readonly process: ChildProcess;
  /** The next message it sends; rejects when it ends first. */
  next<T>(): Promise<T>;
  stop(): Promise<void>;
}

export function startChild(file: string, childArguments: readonly string[] = []): BenchChild {
  const child = fork(join(import.meta.dirname, file), childArguments, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    process: child,
    next: <T>() =>
      new Promise<T>((resolve, reject) => {
        const onExit = () => reject(new Error(`${file} ended before it answered`));
        child.once('exit', onExit);
        child.once('message', (message) => {
          child.off('exit', onExit);
          resolve(message as T);
        });
      }),
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}
