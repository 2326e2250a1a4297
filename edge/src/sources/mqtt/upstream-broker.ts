import type { EpochMs } from '@meetbrug/protocols/observation';
import { MqttClient } from 'mqtt';
import type { DeliverMessage } from '../../intake/intake.ts';
import type { SourceObserver } from '../source-observer.ts';
import { type BrokerTls, dialBroker } from './dial-broker.ts';
import { type TakePublish, tapPublishes } from './publish-tap.ts';

export interface UpstreamBrokerOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: BrokerTls;
  readonly topics: readonly string[];
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  readonly observer: SourceObserver;
}

export interface UpstreamBroker {
  stop(): Promise<void>;
}

const RECONNECT_MS = 2_000;

/**
 * Takes messages from the broker of a network server: QoS 1 and a persistent session under a stable client id, so that
 * the broker keeps what comes while the edge is away. The PUBACK goes out after the commit. As many messages become durable
 * in one commit as the broker sends ahead of its acknowledgements; Mosquitto sends 20 (`max_inflight_messages`).
 */
export function connectUpstreamBroker(options: UpstreamBrokerOptions): UpstreamBroker {
  const { url, tls = {}, clientId, username, password, topics, observer } = options;
  const take = takeInto(options);
  const dial = () => {
    const socket = dialBroker(url, tls);
    // The client library keeps most errors of its stream to itself, and with them why a server was refused.
    socket.on('error', (error) => observer.failed(error.message));
    return tapPublishes(socket, take);
  };
  const client = new MqttClient(dial, {
    clientId,
    clean: false,
    reconnectPeriod: RECONNECT_MS,
    resubscribe: false,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  client.on('connect', () => {
    // Before the broker has granted the subscription it keeps nothing for this client: that is no connection yet.
    client.subscribe([...topics], { qos: 1 }, (error) => {
      if (error) observer.failed(error.message);
      else observer.connected();
    });
  });
  client.on('close', () => observer.disconnected('the broker is away'));
  client.on('error', (error) => observer.failed(error.message));
  return { stop: () => client.endAsync(true).then(() => undefined) };
}

function takeInto({ deliver, nowMs, observer }: UpstreamBrokerOptions): TakePublish {
  return (packet, answer) => {
    if (packet.retain) {
      // A retained message is old news of unknown age: acknowledged and counted, not taken as measured now.
      observer.skipped('retained');
      answer(true);
      return;
    }
    deliver({ topic: packet.topic, payload: toBytes(packet.payload), receivedMs: nowMs() }, ({ ok }) => answer(ok));
  };
}

function toBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
