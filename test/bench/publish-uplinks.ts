/**
 * A network server that publishes as fast as it is answered: mqtt.js, QoS 1, a window of unacknowledged uplinks over all
 * its connections. Argument: a {@link PublishRun} as JSON. Sends `{ uplinksPerSecond }`, where an uplink counts when its
 * PUBACK has come.
 */
import mqtt, { type MqttClient } from 'mqtt';
import { createFleet, type FleetMessage } from '../fleet/create-fleet.ts';
import type { FleetSettingsInput } from '../fleet/fleet-settings.ts';

export interface PublishRun {
  readonly port: number;
  readonly connections: number;
  readonly fleet: FleetSettingsInput;
  /** When the fleet's first uplink was measured. */
  readonly startMs: number;
  /** Uplinks of the fleet that were published before. */
  readonly skip?: number;
  readonly warmUp: number;
  readonly counted: number;
}

const WINDOW = 1_000;
const run = JSON.parse(process.argv[2] ?? '') as PublishRun;
const { port, connections, warmUp, counted, skip = 0 } = run;

const stream: Iterator<FleetMessage, never> = createFleet(run.fleet).messages(run.startMs);
for (let index = 0; index < skip; index += 1) stream.next();
const messages = Array.from({ length: warmUp + counted }, () => {
  const { topic, body } = stream.next().value;
  return { topic, body: Buffer.from(body) };
});
const clients: MqttClient[] = await Promise.all(
  Array.from({ length: connections }, (_, index) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: `bench-${index}`, reconnectPeriod: 0 }),
  ),
);

function publishRange(from: number, to: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = from;
    let answered = from;
    const publishNext = (client: MqttClient) => {
      const message = messages[next];
      if (next >= to || message === undefined) return;
      next += 1;
      client.publish(message.topic, message.body, { qos: 1 }, (error) => {
        if (error) return reject(error);
        answered += 1;
        if (answered === to) resolve();
        else publishNext(client);
      });
    };
    for (const client of clients) for (let slot = 0; slot < WINDOW / connections; slot += 1) publishNext(client);
  });
}

if (warmUp > 0) await publishRange(0, warmUp);
const startedMs = performance.now();
await publishRange(warmUp, warmUp + counted);
const seconds = (performance.now() - startedMs) / 1000;
process.send?.({ uplinksPerSecond: counted / seconds }, () => process.exit(0));
