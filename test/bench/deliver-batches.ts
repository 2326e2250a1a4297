import { decodeBody } from '@meetbrug/cloud/src/ingest/link-body.ts';
import { type Acknowledgement, acknowledgementSchema, linkTopic } from '@meetbrug/protocols/delivery';
import mqtt, { type MqttClient } from 'mqtt';
import type { IngestTarget } from './bench-cloud.ts';
import { BATCHES_PER_TICK, encodedBatch } from './ingest-batches.ts';

/** Batches that are sent and not yet acknowledged, as the edge's own link keeps them. */
const IN_FLIGHT = 8;

/** An edge's connection that delivers as fast as the cloud acknowledges. */
export interface Delivery {
  /**
   * Sends batches and waits until the cloud has acknowledged every one after its commit; rejects when it refuses anything.
   * `onAcknowledged` gets the index in `bodies`: a cloud commits and answers what comes on one connection in its order.
   */
  deliver(bodies: readonly Buffer[], onAcknowledged?: (index: number) => void): Promise<void>;
  /** Delivers batches of the endless series, from one number to another, exclusive, with a tick's worth in memory. */
  fill(from: number, until: number): Promise<void>;
  end(): Promise<void>;
}

export async function openDelivery({ url, edge, secret }: IngestTarget): Promise<Delivery> {
  const client = await mqtt.connectAsync(url, { username: edge, password: secret, reconnectPeriod: 0 });
  await client.subscribeAsync(linkTopic(edge, 'acknowledgement'), { qos: 1 });
  const deliver: Delivery['deliver'] = (bodies, onAcknowledged) => deliverAll(client, edge, bodies, onAcknowledged);
  return {
    deliver,
    fill: async (from, until) => {
      for (let next = from; next < until; next += BATCHES_PER_TICK) {
        await deliver(encodedBatches(next, Math.min(BATCHES_PER_TICK, until - next)));
      }
    },
    end: () => client.endAsync(),
  };
}

export function encodedBatches(from: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => encodedBatch(from + index));
}

function deliverAll(
  client: MqttClient,
  edge: string,
  bodies: readonly Buffer[],
  onAcknowledged?: (index: number) => void,
): Promise<void> {
  const delivered = Promise.withResolvers<void>();
  let sent = 0;
  let acknowledged = 0;
  const sendNext = () => {
    const body = bodies[sent];
    if (body === undefined) return;
    sent += 1;
    client.publish(linkTopic(edge, 'batch'), body, { qos: 1 });
  };
  client.removeAllListeners('message');
  client.on('message', (_topic, payload) => {
    const answer = readAcknowledgement(payload);
    if (answer.refused.length > 0 || answer.describe.length > 0)
      delivered.reject(new Error(`not taken: ${JSON.stringify(answer)}`));
    onAcknowledged?.(acknowledged);
    acknowledged += 1;
    if (acknowledged === bodies.length) delivered.resolve();
    else sendNext();
  });
  const onClose = () => delivered.reject(new Error('the cloud closed the connection'));
  client.once('close', onClose);
  for (let slot = 0; slot < IN_FLIGHT; slot += 1) sendNext();
  return delivered.promise.finally(() => client.off('close', onClose));
}

function readAcknowledgement(payload: Uint8Array): Acknowledgement {
  const body = decodeBody(payload);
  if (!body.ok) throw new Error(body.fault.detail);
  return acknowledgementSchema.parse(body.value);
}
