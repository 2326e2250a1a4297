import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ClientRun, clientMessageSchema, type Received } from './client-program.ts';

const PROGRAM = fileURLToPath(new URL('./client-program.ts', import.meta.url));
const OUTPUT_CHARACTERS_MAX = 5_000;
const PASS_TIMEOUT_MS = 300_000;

/** A client that runs in a process of its own. */
interface RunningClient {
  /** In the order in which it handed them over; a member may come twice. */
  readonly received: readonly Received[];
  /** Settles when it has come to its end by itself; rejects when it gave up or was ended. */
  readonly ended: Promise<void>;
  kill(): Promise<void>;
}

/** Everything that one pass hands over. Rejects when the client gives up or takes too long. */
export async function passOnce(run: ClientRun): Promise<readonly Received[]> {
  const client = start(run);
  const timer = setTimeout(() => void client.kill(), PASS_TIMEOUT_MS);
  try {
    await client.ended;
  } finally {
    clearTimeout(timer);
  }
  return client.received;
}

/** Follows until `isContent` is; rejects after `timeoutMs`. */
export async function followUntil(
  run: ClientRun & { readonly pollIntervalMs: number },
  isContent: (iris: ReadonlySet<string>) => boolean,
  timeoutMs: number,
): Promise<ReadonlySet<string>> {
  const iris = new Set<string>();
  const content = Promise.withResolvers<void>();
  const client = start(run, (received) => {
    for (const { iri } of received) iris.add(iri);
    if (isContent(iris)) content.resolve();
  });
  const fault = () => content.reject(new Error(`${run.url}: ${iris.size} members after ${timeoutMs} ms`));
  const timer = setTimeout(fault, timeoutMs);
  client.ended.then(() => content.reject(new Error(`${run.url}: the follower ended`)), content.reject);
  try {
    await content.promise;
  } finally {
    clearTimeout(timer);
    await client.kill();
  }
  return iris;
}

function start(run: ClientRun, onReceived: (received: readonly Received[]) => void = () => undefined): RunningClient {
  const child = fork(PROGRAM, [JSON.stringify(run)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  const received: Received[] = [];
  const state: { failure?: string; isComplete: boolean; output: string } = { isComplete: false, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      state.output = (state.output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }
  child.on('message', (sent) => {
    const message = clientMessageSchema.parse(sent);
    if ('failed' in message) state.failure = message.failed;
    else if ('complete' in message) state.isComplete = true;
    else {
      received.push(...message.received);
      onReceived(message.received);
    }
  });
  const closed = once(child, 'close');
  const ended = closed.then(() => {
    if (!state.isComplete || state.failure !== undefined)
      throw new Error(`${run.url}: ${state.failure ?? state.output}`);
  });
  return {
    received,
    ended,
    async kill() {
      ended.catch(() => undefined);
      child.kill('SIGKILL');
      await closed;
    },
  };
}
