import { median } from './bench-row.ts';
import { type Delivery, encodedBatches } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS, BATCHES_PER_TICK } from './ingest-batches.ts';

/** Batches of one round: five ticks of all datastreams. */
export const ROUND_BATCHES = BATCHES_PER_TICK * 5;

/** Observations a second, delivered and acknowledged: the median over rounds that begin with batch `from`. */
export async function ingestRate(delivery: Delivery, from: number, rounds: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bodies = encodedBatches(from + round * ROUND_BATCHES, ROUND_BATCHES);
    const startedMs = performance.now();
    await delivery.deliver(bodies);
    rates.push((ROUND_BATCHES * BATCH_OBSERVATIONS * 1000) / (performance.now() - startedMs));
  }
  return median(rates);
}
