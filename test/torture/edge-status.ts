import { z } from 'zod';
import { waitFor } from '../harness/wait-for.ts';
import type { TortureStand } from './torture-stand.ts';

const statusSchema = z.object({
  cloud: z.object({ connected: z.boolean(), behindUplinks: z.int() }),
});

export type EdgeStatus = z.infer<typeof statusSchema>;

/** What the edge says of itself; undefined while it does not answer. */
export async function readEdgeStatus({ installation }: TortureStand): Promise<EdgeStatus | undefined> {
  const response = await fetch(installation.edgeHttpUrl, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  if (response?.status !== 200) return undefined;
  return statusSchema.parse(await response.json());
}

/** Waits until the cloud takes batches of the edge; no longer than `timeoutMs`, for the line may be bad. */
export async function waitWhileDisconnected(stand: TortureStand, timeoutMs: number): Promise<void> {
  const connected = async () => ((await readEdgeStatus(stand))?.cloud.connected ? true : undefined);
  await waitFor(connected, timeoutMs, () => 'not connected').catch(() => undefined);
}

/** Whether the edge says that it takes no new data. */
export async function isRefusing({ installation }: TortureStand): Promise<boolean> {
  const url = `${installation.edgeHttpUrl}/readyz`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.status === 503;
}

/** Waits until the cloud has everything that the outbox holds. Throws after `timeoutMs`. */
export async function waitUntilDelivered(stand: TortureStand, timeoutMs: number): Promise<void> {
  let behind: number | undefined;
  await waitFor(
    async () => {
      behind = (await readEdgeStatus(stand))?.cloud.behindUplinks;
      return behind === 0 ? true : undefined;
    },
    timeoutMs,
    () => `the edge is ${behind ?? 'silent'} uplinks behind\n${stand.installation.edge.output().slice(-3_000)}`,
  );
}
