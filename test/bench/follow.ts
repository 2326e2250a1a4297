import { waitFor } from '../harness/wait-for.ts';
import { replicateFollowing } from '../walker/replicate.ts';
import { createBenchCloud, ORGANISATION } from './bench-cloud.ts';
import type { Bench } from './bench-row.ts';
import { openDelivery } from './deliver-batches.ts';
import { BATCH_OBSERVATIONS } from './ingest-batches.ts';

const VIEW = 'by-page';
const COPY = 'copy';
const STAMP = 'https://data.vlaanderen.be/ns/meetbrug#receivedAt';
const TIMEOUT_MS = 600_000;
/** Of the feed, which ldes-client reads far more slowly. */
const BASELINE_MEMBERS = 8_000;

/** A second cloud follows the first until it has all members, durably; its start is included. */
async function followRate(url: string, members: number): Promise<number> {
  const follower = await createBenchCloud({
    settings: {
      outside: [{ organisation: ORGANISATION, name: COPY, title: 'Kopie', stampPredicate: STAMP }],
      follow: [{ url, organisation: ORGANISATION, stream: COPY }],
    },
  });
  try {
    const startedMs = performance.now();
    await follower.program.start();
    let created = 0;
    await waitFor(
      async () => {
        const text = await (await fetch(`${follower.publicBaseUrl}/metrics`)).text();
        created = Number(/^meetbrug_cloud_follow_members_total\{.*outcome="created"\} (\d+)$/m.exec(text)?.[1] ?? 0);
        return created >= members ? true : undefined;
      },
      TIMEOUT_MS,
      () => `${created} of ${members} members are followed`,
    );
    return (members * 1_000) / (performance.now() - startedMs);
  } finally {
    await follower.remove();
  }
}

/** The same feed read by `ldes-client`, which keeps nothing. */
async function clientRate(url: string, members: number): Promise<number> {
  const startedMs = performance.now();
  let seen = 0;
  await replicateFollowing({
    url,
    pollIntervalMs: 500,
    until: (replica) => {
      seen = replica.size;
      return seen >= members;
    },
    timeoutMs: TIMEOUT_MS,
  });
  return (seen * 1_000) / (performance.now() - startedMs);
}

export const follow: Bench = {
  name: 'follow',
  about: 'a cloud follows the feed of another one on this machine: asked for, taken apart, committed',
  run: async ({ full }) => {
    const members = full ? 200_000 : 20_000;
    const publisher = await createBenchCloud();
    try {
      await publisher.program.start();
      const delivery = await openDelivery(publisher.target);
      await delivery.fill(0, members / BATCH_OBSERVATIONS);
      await delivery.end();
      const url = publisher.viewUrl(VIEW);
      return [
        {
          what: `followed into a stream of our own, ${members.toLocaleString('en')} members`,
          unit: 'members/s',
          ours: await followRate(url, members),
          baseline: { what: 'ldes-client, nothing kept', value: await clientRate(url, BASELINE_MEMBERS) },
          budget: { ratio: 1 },
        },
      ];
    } finally {
      await publisher.remove();
    }
  },
};
