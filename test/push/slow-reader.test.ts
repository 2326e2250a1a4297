import { expect, it } from 'vitest';
import { createBenchCloud, ORGANISATION, STREAM } from '../bench/bench-cloud.ts';
import { openDelivery } from '../bench/deliver-batches.ts';
import { BATCH_OBSERVATIONS } from '../bench/ingest-batches.ts';
import { EventReader } from './event-reader.ts';
import { eventsRequest, SlowReader } from './slow-reader.ts';

const BYTES_PER_SECOND = 1_000;
const SLOW_READERS = 20;
const WARM_UP_BATCHES = 20;
const BATCHES = 60;
/** Half of the slow readers want everything from the first member on: 40,000 members of 2 kB each. */
const GROWTH_MEGABYTES_MAX = 120;
const path = `/ldes/${ORGANISATION}/${STREAM}`;

it('readers that take 1 kB/s cost bounded memory, hold nobody up, and are cut with a reason', {
  timeout: 120_000,
}, async () => {
  const push = { slowSeconds: 3, bufferBytesMax: 262_144 };
  const cloud = await createBenchCloud({ settings: { push } });
  const slow: SlowReader[] = [];
  let fast: EventReader | undefined;
  try {
    await cloud.program.start();
    const port = cloud.httpPort;
    let members = 0;
    fast = new EventReader({
      port,
      path,
      forgets: true,
      onEvent: ({ type }) => {
        members += Number(type === 'message');
      },
    });
    await fast.opened();
    const delivery = await openDelivery(cloud.target);
    await delivery.fill(0, WARM_UP_BATCHES);
    await fast.until('the members of before', () => members === WARM_UP_BATCHES * BATCH_OBSERVATIONS);
    const before = cloud.usage().residentMegabytes;
    for (let index = 0; index < SLOW_READERS; index += 1) {
      const request = eventsRequest(path, index % 2 === 0 ? undefined : '-1');
      slow.push(new SlowReader(port, request, BYTES_PER_SECOND));
    }
    cloud.forgetPeak();
    await delivery.fill(WARM_UP_BATCHES, WARM_UP_BATCHES + BATCHES);
    await fast.until('all members', () => members === (WARM_UP_BATCHES + BATCHES) * BATCH_OBSERVATIONS);
    await delivery.end();
    await expect.poll(() => cutBySlowness(cloud.publicBaseUrl), { timeout: 60_000, interval: 100 }).toBe(SLOW_READERS);
    const growth = cloud.usage().peakResidentMegabytes - before;
    expect(growth).toBeLessThan(GROWTH_MEGABYTES_MAX);
    for (const reader of slow) reader.hurry();
    await Promise.all(slow.map(({ closed }) => closed));
    for (const { tail } of slow) expect(tail).toContain('event: cut\ndata: {"reason":"slow-reader"}\n\n');
    expect(fast.isOver).toBe(false);
  } finally {
    fast?.kill();
    for (const reader of slow) reader.end();
    await cloud.remove();
  }
});

async function cutBySlowness(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/push_cut_total\{reason="slow-reader"\} (\d+)/.exec(text)?.[1] ?? 0);
}
