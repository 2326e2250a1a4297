import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createBatchLog } from './append-batch.ts';
import { commitGroup } from './commit-group.ts';
import { SENSORS_STREAM } from './entities.ts';
import { openStoreForWriting, type Store } from './open-store.ts';
import { createStreamTable, type StreamTable } from './streams.ts';
import { openView } from './views.ts';
import type { WriterReply, WriterRequest, WriterSettings } from './writer-messages.ts';

/**
 * The one thread that writes. It takes whatever batches wait in its port and commits them together, so the group grows
 * with the load and an idle cloud commits at once. After a failed commit it says so and does nothing more: what was not
 * acknowledged is still with the edges.
 */
type BatchRequest = Extract<WriterRequest, { kind: 'batch' }>;

/** Bytes on the link that one transaction takes: bounds how long the oldest batch of a group waits. */
const GROUP_BYTES_MAX = 4_194_304;

const port = parentPort;
if (port === null) throw new Error('the writer runs as a worker thread');
const reply = (message: WriterReply) => port.postMessage(message);

const settings = workerData as WriterSettings;
const opened = openLog();
if (opened !== undefined) serve(opened.store, opened.streams);

function openLog(): { store: Store; streams: StreamTable } | undefined {
  let store: Store;
  try {
    store = openStoreForWriting(settings.file);
  } catch (error) {
    reply({ kind: 'refused', detail: `--data-dir: ${settings.file} cannot be opened: ${(error as Error).message}` });
    return undefined;
  }
  const streams = createStreamTable(store);
  for (const { organisation, stream } of settings.feeds) {
    const view = openView(store, streams.open(organisation, stream), 'by-page', settings.view);
    if (!view.ok) {
      reply({ kind: 'refused', detail: view.fault.detail });
      store.close();
      return undefined;
    }
  }
  for (const organisation of new Set(settings.feeds.map((feed) => feed.organisation))) {
    streams.open(organisation, SENSORS_STREAM);
  }
  return { store, streams };
}

function serve(store: Store, streams: StreamTable): void {
  const log = createBatchLog(store, streams, settings.quarantineBytesMax, settings.renderVersion);
  let quarantineDropped = 0;

  const commit = (requests: readonly BatchRequest[]) => {
    const startedMs = performance.now();
    const ids = requests.map(({ id }) => id);
    const group = commitGroup(store, streams, log, requests, Math.max(...requests.map(({ nowMs }) => nowMs)));
    if (!group.ok) {
      reply({ kind: 'clock-behind', ids, detail: group.fault.detail });
      return;
    }
    const dropped = log.quarantineDropped() - quarantineDropped;
    quarantineDropped += dropped;
    reply({
      kind: 'committed',
      batches: group.value.outcomes.map((outcome, index) => ({ id: ids[index] as number, ...outcome })),
      heads: group.value.heads,
      commitSeconds: (performance.now() - startedMs) / 1000,
      quarantineDropped: dropped,
    });
  };

  const handle = (first: WriterRequest) => {
    let batches: BatchRequest[] = [];
    let bytes = 0;
    const flush = () => {
      if (batches.length > 0) commit(batches);
      batches = [];
    };
    for (let next: WriterRequest | undefined = first; next !== undefined; next = waiting()) {
      if (next.kind === 'batch') {
        batches.push(next);
        bytes += next.body.length;
        if (bytes >= GROUP_BYTES_MAX) break;
        continue;
      }
      flush();
      if (next.kind === 'stop') {
        store.close();
        port?.close();
        return;
      }
      reply({ kind: 'welcome', id: next.id, welcome: log.progress.welcome(next.edge) });
    }
    flush();
  };

  port?.on('message', (message: WriterRequest) => {
    try {
      handle(message);
    } catch (error) {
      reply({ kind: 'failed', detail: `nothing was acknowledged since the last commit: ${(error as Error).message}` });
      port?.close();
    }
  });
  reply({ kind: 'ready', heads: streams.heads() });
}

function waiting(): WriterRequest | undefined {
  return port === null ? undefined : (receiveMessageOnPort(port)?.message as WriterRequest | undefined);
}
