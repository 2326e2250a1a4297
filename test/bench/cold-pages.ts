import { join } from 'node:path';
import { createBenchCloud } from './bench-cloud.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { startChild } from './child.ts';
import { openDelivery } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS } from './ingest-batches.ts';
import type { RenderRates } from './render-pages.ts';

const PAGE_SIZE = 250;

async function renderRates(pages: number): Promise<RenderRates> {
  const cloud = await createBenchCloud();
  try {
    await cloud.program.start();
    const delivery = await openDelivery(cloud.target);
    await delivery.fill(0, (pages * PAGE_SIZE) / BATCH_OBSERVATIONS);
    await delivery.end();
    await cloud.program.stop();
    const renderer = startChild('render-pages.ts', [
      join(cloud.dataDir, 'cloud.sqlite'),
      cloud.publicBaseUrl,
      String(pages),
    ]);
    return await renderer.next<RenderRates>();
  } finally {
    await cloud.remove();
  }
}

export const coldPages: Bench = {
  name: 'cold-pages',
  about: `closed pages of ${PAGE_SIZE} members made from the store by one thread, as N-Quads`,
  run: async ({ full }): Promise<BenchRow[]> => {
    const rates = await renderRates(full ? 4_000 : 400);
    const row = (
      how: string,
      ours: number,
      atLeast: number,
      baseline: { readonly what: string; readonly value: number },
    ): BenchRow => ({ what: `page made cold, ${how}`, unit: 'members/s', ours, baseline, budget: { atLeast } });
    return [
      row('identity', rates.identity, 100_000, { what: 'N3 writes triples in memory', value: rates.n3 }),
      row('gzip', rates.gzip, 60_000, { what: 'compressing alone', value: rates.bareGzip }),
      row('brotli', rates.br, 60_000, { what: 'compressing alone', value: rates.bareBr }),
    ];
  },
};
