import { enhanced_fetch, replicateLDES } from 'ldes-client';
import { z } from 'zod';

/**
 * One run of `ldes-client` as a program: hands each member to its parent over IPC and ends when the client does. A
 * program of its own, because the client goes on using its state for a moment after it has been closed: a follower can
 * only be stopped cleanly by ending its process.
 */
export const replicaRunSchema = z.strictObject({
  url: z.url(),
  statePath: z.string().min(1).optional(),
  /** Present: keep following, with this interval. */
  pollIntervalMs: z.int().min(1).optional(),
});
export const replicaMessageSchema = z.union([
  z.strictObject({ iri: z.string(), value: z.string().optional(), isVersionOf: z.string().optional() }),
  z.strictObject({ failed: z.string() }),
  /** After the last member: the client came to its end by itself. */
  z.strictObject({ complete: z.literal(true) }),
]);
export type ReplicaRun = z.infer<typeof replicaRunSchema>;
export type ReplicaMessage = z.infer<typeof replicaMessageSchema>;

const RESULTS = new Set(['http://qudt.org/schema/qudt/numericValue', 'http://www.w3.org/ns/sosa/hasSimpleResult']);

if (process.send !== undefined && process.argv[2] !== undefined) {
  process.once('disconnect', () => process.exit());
  await replicate(replicaRunSchema.parse(JSON.parse(process.argv[2])), process.send.bind(process));
  process.send({ complete: true } satisfies ReplicaMessage, () => process.disconnect());
}

async function replicate(run: ReplicaRun, send: (message: ReplicaMessage) => boolean): Promise<void> {
  const client = replicateLDES({
    url: run.url,
    polling: run.pollIntervalMs !== undefined,
    ...(run.pollIntervalMs === undefined ? {} : { pollInterval: run.pollIntervalMs }),
    ...(run.statePath === undefined ? {} : { statePath: run.statePath }),
    noShape: true,
    fetch: enhanced_fetch({ concurrent: 10, safe: true }),
  });
  client.on('error', (error) => send({ failed: String(error) }));
  const reader = client.stream({ highWaterMark: 100 }).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const { id, quads, isVersionOf } = next.value;
    const value = quads.find(({ predicate }) => RESULTS.has(predicate.value))?.object.value;
    send({
      iri: id.value,
      ...(value === undefined ? {} : { value }),
      ...(isVersionOf === undefined ? {} : { isVersionOf }),
    });
  }
}
