import { setImmediate as nextTurn } from 'node:timers/promises';
import { openClientIdentity } from './client-identity.ts';
import { gatherMessages, type NodeValue } from './gather-messages.ts';
import { readDataValue } from './read-data-value.ts';
import type { FromStation, LostValueReason, StationOrder, ToStation } from './station-messages.ts';
import { openStationSession, type StationEvents, type StationSession } from './station-session.ts';
import { trustServer } from './trust-server.ts';
import { WaitingMessages } from './waiting-messages.ts';

/** The process that speaks OPC UA for one source: the library takes more memory than the rest of the edge. */
const BATCH_MESSAGES_MAX = 256;
const BATCHES_MAX = 4;
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 60_000;

const tell = (message: FromStation) => process.send?.(message);
const lost = (reason: LostValueReason, count: number) => {
  if (count > 0) tell({ kind: 'lost', reason, count });
};

let session: StationSession | undefined;
let isStopping = false;
let waiting: WaitingMessages | undefined;

process.on('message', (message: ToStation) => {
  if (message.kind === 'taken') waiting?.taken(message.id);
  else if (message.kind === 'stop') void stop();
  else void read(message);
});
process.on('disconnect', () => process.exit(0));

async function stop(): Promise<void> {
  isStopping = true;
  await session?.close();
  tell({ kind: 'stopped' });
  process.disconnect();
}

/** Reads for ever: a session that has ended is followed by the next. */
async function read(order: StationOrder): Promise<void> {
  const { config } = order;
  const bounds = {
    messagesMax: config.waitingMessagesMax,
    batchMessagesMax: BATCH_MESSAGES_MAX,
    batchesMax: BATCHES_MAX,
  };
  const queue = new WaitingMessages(bounds, { send: tell, crowded: (isCrowded) => session?.report(!isCrowded) });
  waiting = queue;
  const events = eventsInto(queue);
  const identity = await openClientIdentity(order.pkiFolder, order.clientName);
  let delayMs = RETRY_MS;
  while (!isStopping) {
    let detail: string | undefined;
    try {
      detail =
        config.security === 'insecure-none'
          ? undefined
          : await trustServer(config.url, config.trustedServers, identity);
      if (detail === undefined) {
        session = await openStationSession(order, identity, events);
        session.report(!queue.isCrowded);
        delayMs = RETRY_MS;
        detail = await session.ended;
        await session.close();
      }
    } catch (error) {
      detail = error instanceof Error ? error.message : String(error);
    }
    if (isStopping) return;
    tell({ kind: 'disconnected', detail });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    delayMs = Math.min(delayMs * 2, RETRY_MAX_MS);
  }
}

/** The values of one report arrive in one turn of the event loop and are gathered there. */
function eventsInto(queue: WaitingMessages): StationEvents {
  let values: NodeValue[] = [];
  const flush = async (receivedMs: number) => {
    await nextTurn();
    const gathered = gatherMessages(values);
    values = [];
    lost('queue-full', queue.add(gathered, receivedMs));
  };
  return {
    connected: () => tell({ kind: 'connected' }),
    disconnected: (detail) => tell({ kind: 'disconnected', detail }),
    nodeFault: (node, detail) => tell({ kind: 'node-fault', node, detail }),
    reported: ({ device, field }, reported) => {
      const receivedMs = Date.now();
      const one = readDataValue(reported, receivedMs);
      if (one.kind === 'lost') return lost(one.reason, 1);
      if (values.length === 0) void flush(receivedMs);
      values.push({ device, field, read: one });
    },
  };
}
