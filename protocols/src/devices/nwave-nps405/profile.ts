import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { type Decoded, PayloadReadings } from '../payload-reader.ts';

/** One kind of message: how many bytes it has at least, and where its state of the space is. */
interface Message {
  readonly bytes: number;
  readonly occupied?: { readonly at: number; readonly mask: number };
}

const HEARTBEAT_PORT = 2;
const REGISTRATION_PORT = 10;
const TOP_BIT = 0x80;

const MESSAGES: ReadonlyMap<number, Message> = new Map([
  [1, { bytes: 1, occupied: { at: 0, mask: TOP_BIT } }],
  [HEARTBEAT_PORT, { bytes: 3, occupied: { at: 0, mask: TOP_BIT } }],
  [3, { bytes: 5, occupied: { at: 4, mask: 0x01 } }],
  [6, { bytes: 0 }],
  [REGISTRATION_PORT, { bytes: 5 }],
]);

function decode(payload: Uint8Array, port: number): Decoded {
  const message = MESSAGES.get(port);
  if (message === undefined) return fail('payload-unknown-port', `port ${port} is not in use`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  if (payload.length < message.bytes) {
    return fail('payload-truncated', `a message on port ${port} has ${message.bytes} bytes, not ${payload.length}`);
  }
  const found = new PayloadReadings();
  const { occupied } = message;
  if (occupied !== undefined) addOccupied(((payload[occupied.at] ?? 0) & occupied.mask) !== 0, found);
  /** A tag may be registered before the space is known to be taken: only a taken one is a state. */
  if (port === REGISTRATION_PORT && ((payload[0] ?? 0) & TOP_BIT) !== 0) addOccupied(true, found);
  if (port === HEARTBEAT_PORT) readHeartbeat(payload, found);
  return found.decoded();
}

function addOccupied(taken: boolean, found: PayloadReadings): void {
  found.add({ channel: 'occupied', value: exactDecimal(taken ? 1 : 0) });
}

/** Volts from 2.5 up in steps of 4 mV; degrees from 10 up and down in halves. */
function readHeartbeat(payload: Uint8Array, found: PayloadReadings): void {
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  found.add({ channel: 'batteryVoltage', value: exactDecimal(2500 + data.getUint8(1) * 4, 3) });
  found.add({ channel: 'temperature', value: exactDecimal(100 + data.getInt8(2) * 5, 1) });
}

/** Not cleared: a registration names the tag of a driver. It is never read, but it is in the payload. */
export const nwaveNps405: DeviceProfile = {
  id: 'nwave-nps405',
  manufacturer: 'Nwave',
  model: 'NPS405',
  channels: {
    /** Of one space: 1 taken, 0 free. */
    occupied: { property: 'occupancy', unit: '1' },
    temperature: { property: 'probe-temperature', unit: 'Cel' },
    batteryVoltage: { property: 'battery-voltage', unit: 'V' },
  },
  decode,
};
