import type { EpochMs } from '@meetbrug/protocols/observation';
import { connect, type MqttClient } from 'mqtt';
import type { DeliverMessage } from '../intake/intake.ts';

export interface UpstreamBrokerOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly topics: readonly string[];
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  readonly observer: UpstreamObserver;
}

export interface UpstreamObserver {
  connected(): void;
  disconnected(): void;
  /** A retained message is old news of unknown age: acknowledged and counted, not taken as measured now. */
  retainedSkipped(): void;
  failed(error: Error): void;
}

export interface UpstreamBroker {
  stop(): Promise<void>;
}

const RECONNECT_MS = 2_000;

/**
 * Takes messages from the broker of a network server: QoS 1 and a persistent session under a stable client id, so that
 * the broker keeps what comes while the edge is away. The PUBACK goes out after the commit.
 *
 * mqtt.js hands over one packet at a time, so one connection gives one message per commit: its rate is bounded by the
 * disk's fsync. The embedded broker has no such bound.
 */
export function connectUpstreamBroker(options: UpstreamBrokerOptions): UpstreamBroker {
  const { deliver, nowMs, observer } = options;
  const client: MqttClient = connect(options.url, {
    clientId: options.clientId,
    clean: false,
    reconnectPeriod: RECONNECT_MS,
    resubscribe: true,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
  });
  client.on('connect', () => {
    observer.connected();
    client.subscribe([...options.topics], { qos: 1 }, (error) => {
      if (error) observer.failed(error);
    });
  });
  // The library's hook with back-pressure: it sends the PUBACK when this calls back without an error. Its
  // `customHandleAcks` would do, were it not for MQTT 5 only.
  client.handleMessage = (packet, callback) => {
    if (packet.retain) {
      observer.retainedSkipped();
      return callback();
    }
    deliver({ topic: packet.topic, payload: toBytes(packet.payload), receivedMs: nowMs() }, (outcome) => {
      // A message at QoS 0 is not delivered again, whatever is answered.
      if (outcome.ok || packet.qos === 0) return callback();
      callback(new Error(outcome.fault.detail));
      // Without an acknowledgement the broker delivers again, but only on the next connection.
      client.stream.destroy();
    });
  };
  client.on('close', () => observer.disconnected());
  client.on('error', (error) => observer.failed(error));
  return { stop: () => client.endAsync(true).then(() => undefined) };
}

function toBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
