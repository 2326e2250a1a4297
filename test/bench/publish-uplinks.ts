/**
 * A network server that publishes as fast as it is answered: mqtt.js, QoS 1, a window of unacknowledged uplinks over all
 * its connections. Arguments: port, connections, warm-up uplinks, counted uplinks. Sends `{ uplinksPerSecond }`, where an
 * uplink counts when its PUBACK has come.
 */
import mqtt, { type MqttClient } from 'mqtt';
import { createFleet, firstMessages } from '../fleet/create-fleet.ts';
import { BENCH_FLEET } from './bench-fleet.ts';

const WINDOW = 1_000;
const [port, connections, warmUp, counted] = process.argv.slice(2).map(Number) as [number, number, number, number];

const messages = firstMessages(createFleet(BENCH_FLEET), Date.now(), warmUp + counted).map(({ topic, body }) => ({
  topic,
  body: Buffer.from(body),
}));
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

await publishRange(0, warmUp);
const startedMs = performance.now();
await publishRange(warmUp, warmUp + counted);
const seconds = (performance.now() - startedMs) / 1000;
process.send?.({ uplinksPerSecond: counted / seconds }, () => process.exit(0));
