import type { MqttClient } from 'mqtt';

/** One connection to the cloud, or to a broker between: what the link needs of an MQTT client. */
export interface LinkConnection {
  /** At QoS 1. `done` without an error: all of them were granted. */
  subscribe(topics: readonly string[], done: (error: Error | undefined) => void): void;
  /** At QoS 1. Whether it arrived shows only by what the cloud says. */
  publish(topic: string, body: Uint8Array): void;
  /** Ends it at once; {@link LinkConnectionEvents.closed} follows with this reason. */
  close(reason: string): void;
  /** Ends it at once and resolves when nothing of it is left. */
  end(): Promise<void>;
}

/** What happens on a connection. Never called before the function that began it has returned. */
export interface LinkConnectionEvents {
  /** The other side has taken the login. */
  opened(): void;
  received(topic: string, body: Uint8Array): void;
  /** Once, also when it was never opened; nothing follows. */
  closed(reason: string): void;
}

/** A client of the MQTT library, which has just begun to connect and does not reconnect by itself, as a connection. */
export function mqttLinkConnection(client: MqttClient, events: LinkConnectionEvents): LinkConnection {
  let reason = 'the connection was closed';
  client.on('error', (error) => {
    reason = error.message || String((error as NodeJS.ErrnoException).code ?? 'the connection failed');
  });
  client.on('connect', () => events.opened());
  client.on('message', (topic, body) => events.received(topic, body));
  client.once('close', () => {
    client.end(true);
    events.closed(reason);
  });
  return {
    subscribe: (topics, done) => void client.subscribe([...topics], { qos: 1 }, (error) => done(error ?? undefined)),
    publish: (topic, body) =>
      void client.publish(topic, Buffer.from(body.buffer, body.byteOffset, body.byteLength), { qos: 1 }),
    close(why) {
      reason = why;
      client.stream.destroy();
    },
    end: () => client.endAsync(true).then(() => undefined),
  };
}
