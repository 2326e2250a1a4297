import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ColdConfig } from '../config/cold-config.ts';
import type { Writer } from '../log/writer.ts';
import type { ColdReply, ColdRequest, ColdThreadSettings } from './cold-messages.ts';

export interface ColdSettings {
  readonly storeFile: string;
  readonly config: ColdConfig;
  /** How long one read may take: rows leave the store only when none can be under way that does not know of their file. */
  readonly readersMs: number;
  /** Bytes that the store and all that is made from it may take; undefined for what the disk holds. */
  readonly bytesMax: number | undefined;
  readonly writer: Pick<Writer, 'cold'>;
  readonly onWritten: (month: object) => void;
  readonly onFailed: (detail: string) => void;
}

/** The main thread's hold on the cold tier. */
export interface Cold {
  /** Why closed months keep their rows in the store; undefined while all is well. */
  fault(): string | undefined;
  /** Why nothing is acknowledged: the store has reached its bound. */
  boundFault(): string | undefined;
  usedBytes(): number;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
const RETRY_AFTER_MS = MINUTE_MS;
/** Between a read's deadline and the end of the thread that it ran in. */
const READERS_MARGIN_MS = 5_000;

/** Starts the thread of the cold tier, which also watches how much room the store takes. */
export function startCold({ storeFile, config, readersMs, bytesMax, writer, onWritten, onFailed }: ColdSettings): Cold {
  const { enabled, afterMonths, lookEveryMinutes } = config;
  const settings: ColdThreadSettings = {
    storeFile,
    afterMonths: enabled ? afterMonths : undefined,
    readersMs: readersMs + READERS_MARGIN_MS,
  };
  const worker = new Worker(new URL('./cold-worker.ts', import.meta.url), { workerData: settings });
  const exited = once(worker, 'exit').catch(() => undefined);
  const post = (request: ColdRequest) => worker.postMessage(request);
  let failure: string | undefined;
  let used = 0;
  let isStopping = false;
  let isGone = false;
  let retrying: NodeJS.Timeout | undefined;

  const fail = (detail: string) => {
    failure = `cold: closed months stay in the store for now: ${detail}`;
    onFailed(failure);
    if (isStopping || isGone) return;
    retrying = setTimeout(() => post({ kind: 'look' }), RETRY_AFTER_MS);
    retrying.unref();
  };
  const carryOut = async ({ id, work }: Extract<ColdReply, { kind: 'ask' }>) => {
    const done = await writer.cold(work);
    post({ kind: 'done', id, ...(done.ok ? {} : { undone: done.fault.detail }) });
  };
  worker.on('message', (reply: ColdReply) => {
    if (reply.kind === 'ask') void carryOut(reply);
    else if (reply.kind === 'used') used = reply.bytes;
    else if (reply.kind === 'written') onWritten(reply.month);
    else if (reply.detail === undefined) failure = undefined;
    else fail(reply.detail);
  });
  worker.on('error', (error: Error) => onFailed(error.message));
  void exited.then(() => {
    isGone = true;
    clearTimeout(retrying);
    if (!isStopping) fail('its thread has ended until the next start');
  });
  post({ kind: 'look' });
  const timer = setInterval(() => post({ kind: 'look' }), lookEveryMinutes * MINUTE_MS);
  timer.unref();

  return {
    fault: () => failure,
    boundFault() {
      if (bytesMax === undefined || used < bytesMax) return undefined;
      return `store.bytesMax: the store takes ${used} bytes of ${bytesMax}: until it takes less, edges keep their data`;
    },
    usedBytes: () => used,
    async stop() {
      isStopping = true;
      clearInterval(timer);
      clearTimeout(retrying);
      post({ kind: 'stop' });
      await exited;
    },
  };
}
