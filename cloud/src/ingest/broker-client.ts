import { Socket } from 'node:net';
import { LINK_TOPIC_ROOT, linkTopic, parseLinkTopic } from '@meetbrug/protocols/delivery';
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import type { BrokerAccess } from '../config/broker-config.ts';
import type { EdgeIdentity } from '../config/cloud-config.ts';
import { encodeBody } from './link-body.ts';
import type { LinkHandlers } from './link-broker.ts';
import { isHello } from './read-hello.ts';

export interface BrokerClientSettings extends BrokerAccess {
  /** Who may deliver through the broker. */
  readonly edges: readonly EdgeIdentity[];
  /** Larger messages are refused. The broker's own limit is what bounds memory before that. */
  readonly packetBytesMax: number;
}

/** Where deliveries go. */
export type BrokerHandlers = Pick<LinkHandlers, 'onBatch' | 'onHello' | 'onRefused' | 'onBroker'>;

/** The link through a broker of others. */
export interface BrokerClient {
  isConnected(): boolean;
  stop(): Promise<void>;
}

const RECONNECT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_SECONDS = 20;
const FILTERS = ['hello', 'batch'].map((kind) => `${LINK_TOPIC_ROOT}/+/${kind}`);

/**
 * Takes hellos and batches from a plain broker. The broker gets its PUBACK after the commit. mqtt.js hands over one
 * message at a time, so one batch is in flight, and the broker's window holds back what comes behind it. Nothing needs to
 * wait at the broker while the cloud is away: an edge sends again until the cloud itself acknowledges.
 *
 * What is refused is acknowledged to the broker, since it would only come again; its edge hears nothing and keeps it. What
 * could not be committed is not, and the connection is made anew: the pause gives the disk or the clock time to be mended.
 */
export function startBrokerClient(
  settings: BrokerClientSettings,
  handlers: BrokerHandlers,
  reconnectMs = RECONNECT_MS,
): BrokerClient {
  const { url, username, password, ca, clientId } = settings;
  const edges = new Map(settings.edges.map(({ name, organisation }) => [name, { name, organisation }]));
  const client = connect(url, {
    clientId,
    clean: true,
    resubscribe: false,
    queueQoSZero: false,
    reconnectPeriod: reconnectMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_SECONDS,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  });

  let fault: string | undefined;
  let told = '';
  /** The library tries again and again: what is the same as before is not news. */
  const tell = (connected: boolean) => {
    const state = { connected, ...(fault === undefined ? {} : { detail: fault }) };
    if (told === JSON.stringify(state)) return;
    told = JSON.stringify(state);
    handlers.onBroker(state);
  };
  client.on('connect', () => {
    fault = undefined;
    // An answer is two small writes; the second must not wait for the peer to confirm the first.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    client.subscribe(FILTERS, { qos: 1 }, (error) => {
      if (error) fault = `subscription refused: ${error.message}`;
      tell(!error);
    });
  });
  client.on('error', (error) => {
    fault = error.message;
  });
  client.on('close', () => tell(false));
  client.handleMessage = (packet, acknowledge) => {
    take(packet).then(
      () => acknowledge(),
      (error: Error) => {
        fault = error.message;
        acknowledge(error);
        client.stream.destroy();
      },
    );
  };

  /** Rejects when what came must come again. */
  async function take(packet: IPublishPacket): Promise<void> {
    // A retained message is of any age: edges do not retain.
    if (packet.retain) return;
    const topic = parseLinkTopic(packet.topic);
    const edge = topic && edges.get(topic.edge);
    const body = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    if (topic === undefined || edge === undefined) {
      return handlers.onRefused({ edge: topic?.edge, reason: 'unknown-edge' });
    }
    if (body.length > settings.packetBytesMax) {
      return handlers.onRefused({ edge: edge.name, reason: 'packet-too-large' });
    }
    if (topic.kind === 'hello') await greet(edge, body);
    else if (topic.kind === 'batch') await commit(edge, body);
  }

  async function greet(edge: EdgeIdentity, body: Uint8Array): Promise<void> {
    if (!isHello(body)) return handlers.onRefused({ edge: edge.name, reason: 'not-a-hello' });
    const welcome = await unlessRefused(() => handlers.onHello(edge));
    if (welcome !== undefined) send(client, edge, 'welcome', welcome);
  }

  async function commit(edge: EdgeIdentity, body: Uint8Array): Promise<void> {
    const outcome = await unlessRefused(() => handlers.onBatch(edge, body));
    if (outcome === undefined) return;
    if (!outcome.ok) throw new Error(outcome.fault.detail);
    if (outcome.value !== undefined) send(client, edge, 'acknowledgement', outcome.value);
  }

  return {
    isConnected: () => client.connected,
    stop: () => client.endAsync(true).then(() => undefined),
  };
}

/** A handler that throws has refused, and said so: an edge that is revoked, say. */
async function unlessRefused<T>(handle: () => Promise<T>): Promise<T | undefined> {
  try {
    return await handle();
  } catch {
    return undefined;
  }
}

function send(client: MqttClient, edge: EdgeIdentity, kind: 'welcome' | 'acknowledgement', message: unknown): void {
  // QoS 0: when the connection breaks the edge sends again and gets the same answer.
  client.publish(linkTopic(edge.name, kind), encodeBody(message), { qos: 0 }, () => undefined);
}
