import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import type { CounterTraits, DeviceProfile } from '../device-profile.ts';
import { type Decoded, PayloadReadings } from '../payload-reader.ts';

const COUNTS_PORT = 1;
const COUNT_ANSWER_PORT = 2;
const COUNT_ANSWER = 2;
const COUNTS_BYTES = 8;

/** Counting stopped, counting stuck, trouble between devices; bit 3 is the access point that is switched on. */
const FAULT_BITS = 0b0111;

/** Answers to commands: restart, versions, access point, join, time, parameters, counting area. */
const ANSWER_PORTS: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7, 100, 101, 102]);

function decode(payload: Uint8Array, port: number): Decoded {
  if (port !== COUNTS_PORT && !ANSWER_PORTS.has(port)) {
    return fail('payload-unknown-port', `port ${port} is not in use`);
  }
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  if (port === COUNTS_PORT) return decodeCounts(payload, 0);
  if (port === COUNT_ANSWER_PORT && payload[0] === COUNT_ANSWER) return decodeCounts(payload, 1);
  return new PayloadReadings().decoded();
}

/** Both totals, big-endian, and on port 1 of newer firmware a byte of flags. */
function decodeCounts(payload: Uint8Array, offset: number): Decoded {
  const end = offset + COUNTS_BYTES;
  if (payload.length < end) return fail('payload-truncated', `the totals take ${end} bytes, not ${payload.length}`);
  if (payload.length > end + 1) return fail('payload-unknown-field', `${payload.length - end - 1} bytes too many`);
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const found = new PayloadReadings();
  found.add({ channel: 'totalIn', value: exactDecimal(data.getUint32(offset)) });
  found.add({ channel: 'totalOut', value: exactDecimal(data.getUint32(offset + 4)) });
  if (((payload[end] ?? 0) & FAULT_BITS) !== 0) {
    for (const channel of ['totalIn', 'totalOut']) found.flag(channel, 'device-reported-fault');
  }
  return found.decoded();
}

/** The widest model spans a door of several metres: ten people a second in each direction at most. */
const TOTAL_COUNTER: CounterTraits = { counts: 'pedestrian-count', widthBits: 32, countsPerSecondMax: 10 };

export const terabeePeopleFlow: DeviceProfile = {
  id: 'terabee-people-flow',
  manufacturer: 'Terabee',
  model: 'People Flow Counting L-XL',
  cleared: true,
  channels: {
    totalIn: { property: 'pedestrian-counter', unit: '{count}', direction: 'in', counter: TOTAL_COUNTER },
    totalOut: { property: 'pedestrian-counter', unit: '{count}', direction: 'out', counter: TOTAL_COUNTER },
  },
  decode,
};
