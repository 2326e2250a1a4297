import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

const LAST_LINES_MAX = 20;

/** A program of the demo: its log goes to a file, its error lines are kept so that a failure can be shown. */
export interface ManagedProcess {
  readonly name: string;
  readonly exited: Promise<number>;
  /** What it wrote on standard error last, at most 20 lines. */
  lastErrors(): string;
  /** Asks it to stop; kills it when it has not stopped by `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Starts a TypeScript program with this Node. The child holds an IPC channel to this process and stops when the channel
 * closes, so a killed demo leaves nothing behind.
 */
export function startProcess(
  name: string,
  nodeArguments: readonly string[],
  logFile: string,
  environment: Readonly<Record<string, string>> = {},
): ManagedProcess {
  const child: ChildProcess = spawn(process.execPath, nodeArguments, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A process group of its own: Ctrl-C reaches this process alone, which then stops the others in order.
    detached: true,
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.write(text);
    errors.push(...text.split('\n').filter((line) => line.trim() !== ''));
    errors.splice(0, errors.length - LAST_LINES_MAX);
  });
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => {
      log.end();
      resolve(code ?? 1);
    });
  });
  return {
    name,
    exited,
    lastErrors: () => errors.join('\n'),
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
