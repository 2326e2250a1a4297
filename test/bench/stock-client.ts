import { replicateFollowing } from '../walker/replicate.ts';
import { type BenchCloud, createBenchCloud } from './bench-cloud.ts';
import { type Bench, median } from './bench-row.ts';
import { openDelivery } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS } from './ingest-batches.ts';
import { serveFromMemory } from './serve-from-memory.ts';

const VIEW = 'by-page';
const TIMEOUT_MS = 600_000;
/** The first of them finds the pages cold; the median does not tell it. */
const ROUNDS = 3;

/**
 * Members a second until the client has them all, its start included. It follows instead of reading once, because a single
 * pass of ldes-client 0.3.0 ends early now and then.
 */
async function clientRate(cloud: BenchCloud, members: number): Promise<number> {
  const startedMs = performance.now();
  await replicateFollowing({
    url: cloud.viewUrl(VIEW),
    pollIntervalMs: 500,
    until: (replica) => replica.size === members,
    timeoutMs: TIMEOUT_MS,
  });
  return (members * 1000) / (performance.now() - startedMs);
}

async function medianRate(cloud: BenchCloud, members: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await clientRate(cloud, members));
  return median(rates);
}

export const stockClient: Bench = {
  name: 'stock-client',
  about: 'ldes-client replicates a view, beside the same pages from memory: its own ceiling',
  run: async ({ full }) => {
    const members = full ? 100_000 : 8_000;
    const cloud = await createBenchCloud();
    try {
      await cloud.program.start();
      const delivery = await openDelivery(cloud.target);
      await delivery.fill(0, members / BATCH_OBSERVATIONS);
      await delivery.end();
      const ours = await medianRate(cloud, members);
      const memory = await serveFromMemory(cloud, VIEW, 'br');
      const ceiling = await medianRate(cloud, members).finally(() => memory.stop());
      return [
        {
          what: `ldes-client over ${members.toLocaleString('en')} members`,
          unit: 'members/s',
          ours,
          baseline: { what: 'same pages from memory', value: ceiling },
          budget: { ratio: 0.9 },
        },
      ];
    } finally {
      await cloud.remove();
    }
  },
};
