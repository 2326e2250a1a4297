import { parentPort, workerData } from 'node:worker_threads';
import { openStoreForReading } from '../log/open-store.ts';
import type { ColdReply, ColdRequest, ColdThreadSettings } from './cold-messages.ts';
import { createColdTier } from './cold-tier.ts';
import type { ColdWork } from './cold-work.ts';
import { createUsedBytes } from './used-bytes.ts';

/** The thread that makes files of closed months. It only reads the store; what it changes there the writer does. */
const port = parentPort;
if (port === null) throw new Error('the cold tier runs as a worker thread');
const reply = (message: ColdReply) => port.postMessage(message);

const USED_EVERY_MS = 2_000;
const { storeFile, afterMonths, readersMs } = workerData as ColdThreadSettings;
const store = openStoreForReading(storeFile);
const usedBytes = createUsedBytes(store);
const asked = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
const waiting = new Set<(error: Error) => void>();
let lastId = 0;
let isStopped = false;
let running: Promise<void> | undefined;
let isWoken = false;

class Stopped extends Error {}

/** Rejects at once when the thread is to stop. */
function orStopped(begin: (resolve: () => void) => () => void): Promise<void> {
  if (isStopped) return Promise.reject(new Stopped());
  return new Promise((resolve, reject) => {
    const end = begin(() => {
      waiting.delete(stop);
      resolve();
    });
    const stop = (error: Error) => {
      end();
      reject(error);
    };
    waiting.add(stop);
  });
}

const tier =
  afterMonths === undefined
    ? undefined
    : createColdTier(
        store,
        { afterMonths },
        {
          ask(work: ColdWork) {
            if (isStopped) return Promise.reject(new Stopped());
            const id = ++lastId;
            return new Promise((resolve, reject) => {
              asked.set(id, { resolve, reject });
              reply({ kind: 'ask', id, work });
            });
          },
          turn: () =>
            orStopped((resolve) => {
              const immediate = setImmediate(resolve);
              return () => clearImmediate(immediate);
            }),
          readersPast: () =>
            orStopped((resolve) => {
              const timer = setTimeout(resolve, readersMs);
              return () => clearTimeout(timer);
            }),
          onWritten: (month) => reply({ kind: 'written', month }),
        },
      );

async function look(): Promise<void> {
  do {
    isWoken = false;
    try {
      await tier?.run();
      reply({ kind: 'looked' });
    } catch (error) {
      if (error instanceof Stopped) return;
      reply({ kind: 'looked', detail: (error as Error).message });
    }
  } while (isWoken);
  running = undefined;
}

function tellUsed(): void {
  reply({ kind: 'used', bytes: usedBytes() });
}

async function stop(): Promise<void> {
  isStopped = true;
  clearInterval(telling);
  for (const end of waiting) end(new Stopped());
  for (const { reject } of asked.values()) reject(new Stopped());
  await running;
  store.close();
  port?.close();
}

const telling = setInterval(tellUsed, USED_EVERY_MS);
tellUsed();

port.on('message', (request: ColdRequest) => {
  if (request.kind === 'stop') {
    if (!isStopped) void stop();
  } else if (request.kind === 'look') {
    isWoken = true;
    if (!isStopped) running ??= look();
  } else if (request.kind === 'done') {
    const waits = asked.get(request.id);
    asked.delete(request.id);
    if (request.undone === undefined) waits?.resolve();
    else waits?.reject(new Error(request.undone));
  }
});
