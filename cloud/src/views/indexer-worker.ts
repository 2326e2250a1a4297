import { parentPort, workerData } from 'node:worker_threads';
import { openStoreForReading } from '../log/open-store.ts';
import type { IndexerReply, IndexerRequest, IndexerSettings } from './indexer-messages.ts';
import { isIndexOfStore } from './is-index-of-store.ts';
import { isUnusable, openIndexForWriting, removeIndex } from './open-index.ts';
import { createViewIndexer } from './view-indexer.ts';

/**
 * The thread that fills the index behind the commits. It only reads the log, so nothing that happens here holds back what
 * is acknowledged. An index that is damaged is removed, to be made again at the next start.
 */
const port = parentPort;
if (port === null) throw new Error('the indexer runs as a worker thread');
const reply = (message: IndexerReply) => port.postMessage(message);

const { storeFile, indexFile } = workerData as IndexerSettings;
const store = openStoreForReading(storeFile);
let index = openIndexForWriting(indexFile);
if (!isIndexOfStore(index, store)) {
  index.close();
  removeIndex(indexFile);
  index = openIndexForWriting(indexFile);
}
const indexer = createViewIndexer(store, index);
let isRunning = false;
let isWoken = false;
let isOpen = true;

function end(): void {
  isOpen = false;
  index.close();
  store.close();
  port?.close();
}

/** One step, then whatever waits in the port, then the next: a stop never waits for a whole view. */
function run(): void {
  if (!isOpen) return;
  try {
    isWoken = false;
    const { moved, goesOn } = indexer.step();
    if (moved.length > 0) reply({ kind: 'moved', heads: moved });
    isRunning = goesOn || isWoken;
    if (isRunning) setImmediate(run);
  } catch (error) {
    reply({ kind: 'failed', detail: (error as Error).message });
    end();
    if (isUnusable(error)) removeIndex(indexFile);
  }
}

port.on('message', ({ kind }: IndexerRequest) => {
  if (kind === 'stop') {
    if (isOpen) end();
    return;
  }
  if (kind === 'dropped') indexer.noteDropped();
  isWoken = true;
  if (isRunning) return;
  isRunning = true;
  setImmediate(run);
});
reply({ kind: 'ready', heads: indexer.heads() });
