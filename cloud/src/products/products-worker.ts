import { parentPort, workerData } from 'node:worker_threads';
import { canonicalJson } from '../log/canonical-json.ts';
import { openStoreForReading } from '../log/open-store.ts';
import { removeIndex } from '../views/open-index.ts';
import { followsLog } from './mark-log.ts';
import { createNeighbourhoodFinder } from './neighbourhoods.ts';
import { createProductEngine } from './product-engine.ts';
import { openProductStore } from './product-store.ts';
import type { ProductsReply, ProductsRequest, ProductsSettings } from './products-messages.ts';
import { createProductSender, type DeliverProducts, publishWork } from './publish-work.ts';

/** The thread that computes products behind the commits. It reads the store; what it publishes goes through the writer. */
const port = parentPort;
if (port === null) throw new Error('the products run as a worker thread');
const reply = (message: ProductsReply) => port.postMessage(message);

const { storeFile, productsFile, highestSequence, ...settings } = workerData as ProductsSettings;
const definition = canonicalJson(settings);
const store = openStoreForReading(storeFile);
let products = openProductStore(productsFile, definition);
if (!followsLog(store, products)) {
  products.close();
  removeIndex(productsFile);
  products = openProductStore(productsFile, definition);
}
const engine = createProductEngine(store, products, {
  ...settings,
  ...settings.rules,
  leaveOut: new Set(settings.leaveOut),
  findNeighbourhood: createNeighbourhoodFinder(settings.neighbourhoods),
});
const sender = createProductSender(highestSequence);
let nowMs = 0;
let isRunning = false;
let isWoken = false;
let isOpen = true;
let onDelivered: ((delivered: Awaited<ReturnType<DeliverProducts>>) => void) | undefined;

const deliver: DeliverProducts = (organisation, body, sequences) =>
  new Promise((resolve) => {
    onDelivered = resolve;
    reply({ kind: 'deliver', organisation, body, sequences });
  });

function end(): void {
  isOpen = false;
  products.close();
  store.close();
  port?.close();
}

/** Reads on, computes one step, publishes it, and lets what waits in the port go first. */
async function step(): Promise<boolean> {
  const goesOn = engine.mark();
  const work = engine.next(nowMs);
  if (work === undefined) return goesOn;
  const published = await publishWork(work, sender, nowMs, deliver);
  if (published === 'later') return false;
  const { refusals, ...counts } = published;
  reply({ kind: 'counted', outcomes: { ...work.outcomes, ...counts }, refusals });
  return true;
}

async function run(): Promise<void> {
  try {
    while (isOpen) {
      isWoken = false;
      const goesOn = await step();
      await new Promise(setImmediate);
      if (!goesOn && !isWoken) break;
    }
    isRunning = false;
  } catch (error) {
    if (!isOpen) return;
    reply({ kind: 'failed', detail: (error as Error).message });
    end();
  }
}

port.on('message', (message: ProductsRequest) => {
  if (message.kind === 'stop') {
    if (isOpen) end();
  } else if (message.kind === 'delivered') {
    onDelivered?.(message);
  } else {
    nowMs = message.nowMs;
    isWoken = true;
    if (isRunning || !isOpen) return;
    isRunning = true;
    void run();
  }
});
reply({ kind: 'ready' });
