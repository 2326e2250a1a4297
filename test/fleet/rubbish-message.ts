import {
  type ChirpstackMessage,
  chirpstackUplink,
  type UplinkFrame,
  uplinkEvent,
  uplinkTopic,
} from './chirpstack-message.ts';
import type { FleetDevice } from './fleet-device.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Ways in which a message can be worthless: each must end in quarantine and leave the stream running. */
export const RUBBISH_KINDS = [
  'not-json',
  'cut-json',
  'wrong-types',
  'bad-base64',
  'truncated-payload',
  'unknown-device',
  'wrong-port',
  'unknown-topic',
] as const;
export type RubbishKind = (typeof RUBBISH_KINDS)[number];

/** No Dragino sensor sends on it: 5 is its status, 2 its measurements. */
const PORT_OF_NO_DEVICE = 199;

/** A message that no observation can be made of, built from a frame that would have been good. */
export function rubbishMessage(
  kind: RubbishKind,
  device: FleetDevice,
  frame: UplinkFrame,
  random: SeededRandom,
): ChirpstackMessage {
  const topic = uplinkTopic(device.devEui);
  const { measurement } = frame;
  switch (kind) {
    case 'not-json':
      return { topic, body: `ceci n'est pas du JSON ${random.hex(16)}` };
    case 'cut-json':
      return { topic, body: JSON.stringify(uplinkEvent(device, frame, random)).slice(0, -random.between(2, 400)) };
    case 'wrong-types':
      return { topic, body: JSON.stringify({ ...uplinkEvent(device, frame, random), deviceInfo: 'none', data: 7 }) };
    case 'bad-base64':
      return { topic, body: JSON.stringify({ ...uplinkEvent(device, frame, random), data: '***' }) };
    case 'truncated-payload': {
      const payload = measurement.payload.subarray(0, measurement.payload.length - 1);
      return chirpstackUplink(device, { ...frame, measurement: { ...measurement, payload } }, random);
    }
    case 'unknown-device':
      return chirpstackUplink({ ...device, devEui: `FFFFFF${random.hex(10).toUpperCase()}` }, frame, random);
    case 'wrong-port':
      return chirpstackUplink(device, { ...frame, measurement: { ...measurement, port: PORT_OF_NO_DEVICE } }, random);
    case 'unknown-topic':
      return { topic: `weather/${random.hex(8)}`, body: '{"temperature":21.5}' };
  }
}

/** Milesight lets a city choose the port, so a port proves nothing there. */
export function isRubbishFor(kind: RubbishKind, device: FleetDevice): boolean {
  return kind !== 'wrong-port' || device.model.startsWith('dragino-');
}
