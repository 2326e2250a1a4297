import { chirpstackV3Topic } from './chirpstack-v3.ts';
import { chirpstackTopic } from './chirpstack-v4.ts';
import type { WireFormat } from './network-event.ts';
import { sparkplugTopic } from './sparkplug-b.ts';
import { tasmotaTopic } from './tasmota.ts';
import { theThingsStackTopic } from './the-things-stack.ts';
import { thingParkTopic } from './thingpark.ts';
import { zigbee2mqttTopic } from './zigbee2mqtt.ts';

/** ChirpStack v3 before v4: only the form of the application's name separates their topics. */
const TOPICS: readonly (readonly [WireFormat, (topic: string) => object | undefined])[] = [
  ['chirpstack-v3', chirpstackV3Topic],
  ['chirpstack-v4', chirpstackTopic],
  ['the-things-stack', theThingsStackTopic],
  ['thingpark', thingParkTopic],
  ['sparkplug-b', sparkplugTopic],
  ['zigbee2mqtt', zigbee2mqttTopic],
  ['tasmota', tasmotaTopic],
];

/** Which format is written to such a topic, by its default topic template; undefined for topics of none. */
export function recogniseTopic(topic: string): WireFormat | undefined {
  return TOPICS.find(([, read]) => read(topic) !== undefined)?.[0];
}
