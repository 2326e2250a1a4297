import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProgramOptions {
  /** For messages: `edge` or `cloud`. */
  readonly name: string;
  /** Arguments of Node: flags, the script, its arguments. */
  readonly nodeArguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Answers 200 once the program does its work. */
  readonly healthUrl: string;
  readonly readyTimeoutMs?: number;
}

/** A program under test that can be killed and started again, any number of times. */
export interface Program {
  readonly name: string;
  /** Starts it and waits until it is healthy. Throws with its last output when it ends or stays silent instead. */
  start(): Promise<void>;
  /** SIGKILL: no handler runs. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when it has not ended by then; the exit code, null after SIGKILL. */
  stop(graceMs?: number): Promise<number | null>;
  /** Whether it was started and has not ended since, by itself or otherwise. */
  isRunning(): boolean;
  /** The end of what it wrote, over all its lives. */
  output(): string;
}

const READY_TIMEOUT_MS = 60_000;
const GRACE_MS = 5_000;
const POLL_MS = 20;
const OUTPUT_CHARACTERS_MAX = 20_000;

/** Not started yet. The child ends with this process: it holds an IPC channel and stops when that closes. */
export function createProgram(options: ProgramOptions): Program {
  let life: { child: ChildProcess; ended: Promise<number | null> } | undefined;
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  return {
    name: options.name,
    start: async () => {
      if (life !== undefined) throw new Error(`${options.name} runs already`);
      life = spawnProgram(options, keep);
      let ended = false;
      life.ended.then(() => {
        ended = true;
      });
      const healthy = await becomesHealthy(options, () => ended);
      if (!healthy) throw new Error(`${options.name} ${ended ? 'ended' : 'did not become healthy'}:\n${output}`);
    },
    kill: async () => {
      life?.child.kill('SIGKILL');
      await life?.ended;
      life = undefined;
    },
    stop: async (graceMs = GRACE_MS) => {
      if (life === undefined) return null;
      const { child, ended } = life;
      const overdue = setTimeout(() => child.kill('SIGKILL'), graceMs);
      child.kill('SIGTERM');
      const code = await ended;
      clearTimeout(overdue);
      life = undefined;
      return code;
    },
    isRunning: () => life !== undefined && life.child.exitCode === null && life.child.signalCode === null,
    output: () => output,
  };
}

function spawnProgram({ nodeArguments, environment }: ProgramOptions, keep: (text: string) => void) {
  const child = spawn(process.execPath, nodeArguments, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      keep(String(error));
      resolve(null);
    });
    child.once('exit', resolve);
  });
  return { child, ended };
}

async function becomesHealthy(options: ProgramOptions, ended: () => boolean): Promise<boolean> {
  const deadlineMs = Date.now() + (options.readyTimeoutMs ?? READY_TIMEOUT_MS);
  while (!ended() && Date.now() < deadlineMs) {
    const response = await fetch(options.healthUrl, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return true;
    await delay(POLL_MS);
  }
  return false;
}
