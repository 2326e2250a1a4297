import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { type Decoded, PayloadReadings } from '../payload-reader.ts';

const HEARTBEAT_PORT = 2;
const OCCUPIED_BIT = 0x01;

/** Where the state of the space is, by port: status, heartbeat, start. */
const OCCUPIED_AT: ReadonlyMap<number, number> = new Map([
  [1, 0],
  [HEARTBEAT_PORT, 0],
  [3, 16],
]);

/** Device information, usage and debug messages: nothing to observe. */
const OTHER_PORTS: ReadonlySet<number> = new Set([4, 5, 6]);

function decode(payload: Uint8Array, port: number): Decoded {
  const at = OCCUPIED_AT.get(port);
  if (at === undefined && !OTHER_PORTS.has(port)) return fail('payload-unknown-port', `port ${port} is not in use`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  const found = new PayloadReadings();
  if (at === undefined) return found.decoded();
  const state = payload[at];
  if (state === undefined) return fail('payload-truncated', `a message on port ${port} has ${at + 1} bytes`);
  found.add({ channel: 'occupied', value: exactDecimal(state & OCCUPIED_BIT) });
  if (port === HEARTBEAT_PORT && payload.length > 1) {
    const degrees = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getInt8(1);
    found.add({ channel: 'temperature', value: exactDecimal(degrees) });
  }
  return found.decoded();
}

/** Not cleared: the times at which one space is taken and left can be those of one person. */
export const boschTps110: DeviceProfile = {
  id: 'bosch-tps110',
  manufacturer: 'Bosch',
  model: 'TPS110',
  channels: {
    /** Of one space: 1 taken, 0 free. */
    occupied: { property: 'occupancy', unit: '1' },
    temperature: { property: 'probe-temperature', unit: 'Cel' },
  },
  decode,
};
