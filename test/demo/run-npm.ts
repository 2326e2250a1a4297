import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const OUTPUT_CHARACTERS_MAX = 100_000;

/** `npm …` in the repository's root, as a person types it: in a process group of its own, so that Ctrl-C can be sent to all of it. */
export interface NpmRun {
  readonly child: ChildProcess;
  output(): string;
  /** Exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  /** What Ctrl-C in a terminal does: SIGINT to the whole foreground group. */
  interrupt(): void;
}

export function runNpm(npmArguments: readonly string[]): NpmRun {
  const child = spawn('npm', npmArguments, { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', resolve)),
    interrupt: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    },
  };
}
