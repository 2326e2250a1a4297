import { z } from 'zod';
import { bounded, host, port, tls } from './listener-config.ts';

const pushMqttSchema = z.strictObject({
  host,
  port: port(1885, 'MQTT listener of readers'),
  tls: tls('Readers need no certificate of their own. The usual port is 8883.'),
  connectionsMax: bounded(1, 10_000, 256, 'Open connections; further ones are closed at once.'),
  connectionsPerAddressMax: bounded(
    1,
    10_000,
    64,
    'Open connections from one address; further ones are closed at once. Readers behind one proxy have one address.',
  ),
  subscriptionsMax: bounded(1, 1_000, 50, 'Subscriptions of one connection; further ones are refused.'),
});

/** New members to readers that stay connected: as server-sent events, and over MQTT where it is set. */
export const pushSchema = z.strictObject({
  connectionsMax: bounded(1, 9_000, 1_000, 'Readers of server-sent events; further ones get 503.'),
  connectionsPerAddressMax: bounded(
    1,
    9_000,
    100,
    'Readers of server-sent events from one address; further ones get 429. Readers behind one proxy have one address.',
  ),
  bufferBytesMax: bounded(
    65_536,
    67_108_864,
    524_288,
    'Bytes that may wait for one reader; it gets nothing more until it has taken them.',
  ),
  slowSeconds: bounded(
    1,
    600,
    30,
    'How long a reader may take over what waits for it when that is more than bufferBytesMax; then it is cut.',
  ),
  heartbeatSeconds: bounded(1, 300, 15, 'How often a reader without news gets a sign of life.'),
  mqtt: pushMqttSchema
    .optional()
    .describe('MQTT for readers, on a port of its own: public streams only, nothing can be published. Off without it.'),
});

export type PushConfig = z.infer<typeof pushSchema>;
export type PushMqttConfig = z.infer<typeof pushMqttSchema>;
