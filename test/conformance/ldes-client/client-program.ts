import { enhanced_fetch, intoConfig, replicateLDES } from 'ldes-client';
import { z } from 'zod';

/**
 * One run of `ldes-client` as a program of its own, because a follower can only be stopped cleanly by ending its process:
 * hands the IRIs and timestamps of members to its parent and ends when the client does.
 */
export const clientRunSchema = z.strictObject({
  url: z.url(),
  statePath: z.string().min(1).optional(),
  /** Present: keep following, with this interval. */
  pollIntervalMs: z.int().min(1).optional(),
  ordered: z.enum(['none', 'ascending']).default('none'),
  /** Pages that it fetches at once. */
  concurrentFetches: z.int().min(1).default(10),
  /** Only what came after this instant, exclusive. */
  afterMs: z.int().optional(),
  /** Only what came before this instant, exclusive. */
  beforeMs: z.int().optional(),
});
const receivedSchema = z.strictObject({ iri: z.string(), stampMs: z.number().optional() });
export const clientMessageSchema = z.union([
  z.strictObject({ received: z.array(receivedSchema) }),
  z.strictObject({ failed: z.string() }),
  /** After the last member: the client came to its end by itself. */
  z.strictObject({ complete: z.literal(true) }),
]);
export type ClientRun = z.input<typeof clientRunSchema>;
export type ClientMessage = z.infer<typeof clientMessageSchema>;
export type Received = z.infer<typeof receivedSchema>;

const FLUSH_EVERY_MS = 50;

if (process.send !== undefined && process.argv[2] !== undefined) {
  process.once('disconnect', () => process.exit());
  await replicate(clientRunSchema.parse(JSON.parse(process.argv[2])), process.send.bind(process));
  process.send({ complete: true } satisfies ClientMessage, () => process.disconnect());
}

async function replicate(
  { url, statePath, pollIntervalMs, ordered, concurrentFetches, afterMs, beforeMs }: z.output<typeof clientRunSchema>,
  send: (message: ClientMessage) => boolean,
): Promise<void> {
  const client = replicateLDES(
    intoConfig({
      url,
      concurrentFetches,
      polling: pollIntervalMs !== undefined,
      ...(pollIntervalMs !== undefined && { pollInterval: pollIntervalMs }),
      ...(statePath !== undefined && { statePath }),
      ...(afterMs !== undefined && { after: new Date(afterMs) }),
      ...(beforeMs !== undefined && { before: new Date(beforeMs) }),
      fetch: enhanced_fetch({ concurrent: 10, safe: true }),
    }),
    ordered,
  );
  client.on('error', (error) => send({ failed: String(error) }));
  let waiting: Received[] = [];
  const flush = () => {
    if (waiting.length > 0) send({ received: waiting });
    waiting = [];
  };
  const timer = setInterval(flush, FLUSH_EVERY_MS);
  const reader = client.stream({ highWaterMark: 100 }).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const { id, timestamp } = next.value;
    waiting.push({ iri: id.value, ...(timestamp !== undefined && { stampMs: new Date(timestamp).getTime() }) });
  }
  clearInterval(timer);
  flush();
}
