import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ReplicaRun, replicaMessageSchema } from './replica-program.ts';

/** What a replica keeps of one member. */
export interface ReplicatedMember {
  /** The numeric or simple result as published; absent for members that are no observation. */
  readonly value?: string;
  readonly isVersionOf?: string;
  /** How often the client handed it over: more than once is allowed (it fetches an open page twice at times). */
  readonly times: number;
}

export type Replica = ReadonlyMap<string, ReplicatedMember>;

export interface ReplicateOptions {
  readonly url: string;
  /** Folder of the client's saved state: a later run with it hands over only what is new. */
  readonly statePath?: string;
}

export interface FollowOptions {
  readonly url: string;
  readonly pollIntervalMs: number;
  /** Asked after every member: the run ends when it says so. */
  readonly until: (replica: Replica) => boolean;
  /** The run fails after it. */
  readonly timeoutMs: number;
}

const PROGRAM = fileURLToPath(new URL('./replica-program.ts', import.meta.url));

/** Replicates what the stream holds now, with `ldes-client`. Rejects when the client gives up. */
export async function replicateOnce(options: ReplicateOptions): Promise<Replica> {
  const run = startRun(options);
  await run.ended;
  if (!run.complete()) throw new Error(`${options.url}: ${run.failure() ?? run.output()}`);
  return run.replica;
}

/** Replicates and goes on polling until `until` is content. Rejects after `timeoutMs`, or when the client gives up. */
export async function replicateFollowing({ url, pollIntervalMs, until, timeoutMs }: FollowOptions): Promise<Replica> {
  const statePath = mkdtempSync(join(tmpdir(), 'follower-'));
  const content = Promise.withResolvers<void>();
  const run = startRun({ url, statePath, pollIntervalMs }, (replica) => {
    if (until(replica)) content.resolve();
  });
  const timer = setTimeout(
    () => content.reject(new Error(`${url}: ${run.replica.size} members after ${timeoutMs} ms`)),
    timeoutMs,
  );
  const gaveUp = run.ended.then(() => Promise.reject(new Error(`${url}: ${run.failure() ?? run.output()}`)));
  try {
    await Promise.race([content.promise, gaveUp]);
  } finally {
    clearTimeout(timer);
    gaveUp.catch(() => undefined);
    run.child.kill('SIGKILL');
    await run.ended;
    rmSync(statePath, { recursive: true, force: true });
  }
  return run.replica;
}

interface RunningReplica {
  readonly child: ChildProcess;
  /** Resolves when the process is gone and all that it sent has been read. */
  readonly ended: Promise<unknown>;
  readonly replica: Replica;
  /** The client came to its end by itself, without an error. */
  complete(): boolean;
  failure(): string | undefined;
  output(): string;
}

const OUTPUT_CHARACTERS_MAX = 5_000;

function startRun(run: ReplicaRun, onMember: (replica: Replica) => void = () => undefined): RunningReplica {
  const child = fork(PROGRAM, [JSON.stringify(run)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  const replica = new Map<string, ReplicatedMember>();
  let failure: string | undefined;
  let complete = false;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }
  child.on('message', (received) => {
    const message = replicaMessageSchema.parse(received);
    if ('failed' in message) {
      failure = message.failed;
      return;
    }
    if ('complete' in message) {
      complete = failure === undefined;
      return;
    }
    const { iri, value, isVersionOf } = message;
    replica.set(iri, {
      times: (replica.get(iri)?.times ?? 0) + 1,
      ...(value === undefined ? {} : { value }),
      ...(isVersionOf === undefined ? {} : { isVersionOf }),
    });
    onMember(replica);
  });
  const ended = once(child, 'close');
  return { child, ended, replica, complete: () => complete, failure: () => failure, output: () => output };
}
