import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Acknowledgement } from '@meetbrug/protocols/delivery';
import { countSequences } from '@meetbrug/protocols/delivery';
import { Counter, type Registry } from 'prom-client';
import type { ProductsConfig } from '../config/products-config.ts';
import type { Writer } from '../log/writer.ts';
import { CLOUD_SENDER } from './cloud-sender.ts';
import { configuredRules } from './configured-rules.ts';
import { localDayOfDate } from './local-day.ts';
import type { Neighbourhood } from './neighbourhoods.ts';
import type { ProductsReply, ProductsRequest, ProductsSettings } from './products-messages.ts';

export interface ProductsSurroundings {
  readonly dataDir: string;
  readonly storeFile: string;
  readonly neighbourhoods: readonly Neighbourhood[];
  readonly writer: Pick<Writer, 'deliver' | 'hello'>;
  readonly registry: Registry;
  readonly nowMs: () => number;
  readonly onFailed: (detail: string) => void;
  /** The log refused values: they are in its quarantine, not in a feed. Told once an organisation and reason. */
  readonly onRefused: (detail: string) => void;
}

/** The thread that computes products, while the cloud runs. */
export interface Products {
  /** Something was committed. */
  wake(): void;
  /** Why the products stand still; undefined while they do not. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

/** A day ends without a commit, and a full disk may have room again. */
const WAKE_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;

/** Starts the thread. It may fail later: then products stand still until the next start, everything else goes on. */
export async function startProducts(config: ProductsConfig, surroundings: ProductsSurroundings): Promise<Products> {
  const { writer, registry, nowMs } = surroundings;
  const counter = new Counter({
    name: 'meetbrug_cloud_products_total',
    help: 'Values of products that were published, were so already, could not be because of a suppressed count or too few data, or were refused',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const settings = await settingsOf(config, surroundings);
  const worker = new Worker(new URL('./products-worker.ts', import.meta.url), { workerData: settings });
  const exited = once(worker, 'exit');
  let isStopping = false;
  let failure: string | undefined;

  const post = (message: ProductsRequest) => worker.postMessage(message);
  const wake = () => post({ kind: 'wake', nowMs: nowMs() });
  const fail = (detail: string) => {
    if (isStopping || failure !== undefined) return;
    failure = `products stand still until the next start: ${detail}`;
    surroundings.onFailed(failure);
  };
  const told = new Set<string>();
  const tellRefusal = (detail: string) => {
    if (told.has(detail)) return;
    told.add(detail);
    surroundings.onRefused(detail);
  };
  const deliver = async ({ organisation, body, sequences }: Extract<ProductsReply, { kind: 'deliver' }>) => {
    const delivered = await writer.deliver(CLOUD_SENDER, organisation, body, nowMs());
    if (!delivered.ok) return post({ kind: 'delivered', outcome: 'later', refused: [] });
    const fault = faultOf(delivered.value, sequences);
    if (fault !== undefined) return fail(fault);
    const refused = (delivered.value?.refused ?? []).map(([sequence, , code]) => [sequence, code] as const);
    post({ kind: 'delivered', outcome: 'committed', refused });
  };

  worker.on('message', (reply: ProductsReply) => {
    if (reply.kind === 'failed') fail(reply.detail);
    else if (reply.kind === 'deliver') void deliver(reply);
    else if (reply.kind === 'counted') {
      for (const [outcome, count] of Object.entries(reply.outcomes)) counter.inc({ outcome }, count);
      for (const { organisation, code } of reply.refusals)
        tellRefusal(`products of ${organisation} are refused: ${code}`);
    }
  });
  worker.on('error', (error: Error) => fail(error.message));
  worker.on('exit', () => fail('the thread has ended'));
  const timer = setInterval(wake, WAKE_EVERY_MS);
  timer.unref();
  wake();

  return {
    wake,
    fault: () => failure,
    async stop() {
      isStopping = true;
      clearInterval(timer);
      post({ kind: 'stop' });
      await exited;
    },
  };
}

async function settingsOf(
  config: ProductsConfig,
  { dataDir, storeFile, neighbourhoods, writer }: ProductsSurroundings,
): Promise<ProductsSettings> {
  const { highestSequence } = await writer.hello(CLOUD_SENDER);
  return {
    storeFile,
    productsFile: join(dataDir, 'products.sqlite'),
    rules: configuredRules(config),
    neighbourhoods,
    licence: config.licence,
    fromMs: localDayOfDate(config.from).beginMs,
    settleMs: config.settleMinutes * MINUTE_MS,
    coverageMin: config.coveragePercentMin / 100,
    sensorShareMin: (config.neighbourhoods?.sensorSharePercentMin ?? 100) / 100,
    leaveOut: config.leaveOut,
    highestSequence,
  };
}

/** The log must have said something about every value: what it asks to be described would come back for ever. */
function faultOf(acknowledgement: Acknowledgement | undefined, sequences: number): string | undefined {
  const acknowledged = countSequences(acknowledgement?.acknowledged ?? []);
  return acknowledged === sequences ? undefined : `the log took ${acknowledged} of ${sequences} values`;
}
