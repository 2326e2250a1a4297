import { expect, it } from 'vitest';
import { recogniseTopic } from './recognise-topic.ts';

it.each([
  ['application/5a3f2c1e-7f19-4f0e-9f0b-0a8a2f8d0f01/device/24e124136c140001/event/up', 'chirpstack-v4'],
  ['application/12/device/24e124713d200007/event/up', 'chirpstack-v3'],
  ['v3/city@ttn/devices/heat-09/up', 'the-things-stack'],
  ['mqtt/things/20635F0108000E14/uplink', 'thingpark'],
  ['spBv1.0/Waterbeheer/DDATA/sluis-edge/sluis-01', 'sparkplug-b'],
  ['zigbee2mqtt/hall', 'zigbee2mqtt'],
  ['tele/school/SENSOR', 'tasmota'],
  ['water/gate26/flow', undefined],
  ['spBv1.0/STATE/host', undefined],
  ['homeassistant/sensor/gate/level/config', undefined],
  ['', undefined],
])('%s is of %s', (topic, format) => {
  expect(recogniseTopic(topic)).toBe(format);
});
