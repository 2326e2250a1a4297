import { parentPort, workerData } from 'node:worker_threads';
import { createStoreRows } from '../../cold/store-rows.ts';
import { openStoreForReading } from '../../log/open-store.ts';
import { areUnusable, openRollupsForWriting, removeRollups } from './open-rollups.ts';
import { createRollupMaker } from './rollup-maker.ts';
import type { RollupReply, RollupRequest, RollupWorkerSettings } from './rollup-messages.ts';

/**
 * The thread that makes the rollups behind the commits. It only reads the store, so nothing that happens here holds back
 * what is acknowledged. A file that is damaged is removed, to be made again at the next start.
 */
const port = parentPort;
if (port === null) throw new Error('the rollups are made in a worker thread');
const reply = (message: RollupReply) => port.postMessage(message);

const { storeFile, rollupFile, quietMs } = workerData as RollupWorkerSettings;
const store = openStoreForReading(storeFile);
const rollups = openRollupsForWriting(rollupFile, store);
const maker = createRollupMaker(store, createStoreRows(store), rollups, { quietMs, nowMs: () => Date.now() });
let isRunning = false;
let isWoken = false;
let isStopping = false;
let later: NodeJS.Timeout | undefined;

function end(): void {
  isStopping = true;
  clearTimeout(later);
  rollups.close();
  store.close();
  port?.close();
}

/** One step, then whatever waits in the port, then the next. */
async function run(): Promise<void> {
  try {
    isWoken = false;
    const then = await maker.step();
    isRunning = then === 'now' || isWoken;
    if (isStopping) end();
    else if (isRunning) setImmediate(run);
    else if (then === 'later') later = setTimeout(wake, quietMs);
  } catch (error) {
    reply({ kind: 'failed', detail: (error as Error).message });
    end();
    if (areUnusable(error)) removeRollups(rollupFile);
  }
}

function wake(): void {
  isWoken = true;
  if (isRunning || isStopping) return;
  clearTimeout(later);
  isRunning = true;
  setImmediate(run);
}

port.on('message', ({ kind }: RollupRequest) => {
  if (kind === 'wake') wake();
  else if (isRunning) isStopping = true;
  else if (!isStopping) end();
});
reply({ kind: 'ready' });
