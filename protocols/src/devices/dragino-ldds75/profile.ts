import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import type { DeviceProfile } from '../device-profile.ts';
import {
  batteryVolts,
  DATALOG_ENTRY_BYTES,
  decodeStatus,
  frameOf,
  isEmptyDatalog,
  NO_PROBE,
  STATUS_PORT,
} from '../dragino-frame.ts';
import { CLOCK_NOT_SET, type Decoded, deviceInstant, PayloadReadings } from '../payload-reader.ts';

const MODEL = 0x27;
const LIVE_PORT = 2;
const DATALOG_PORT = 3;
const FRAME_BYTES = 8;

/** The blind zone in front of the transducer: firmware from 1.1.4 on writes 20 for anything nearer. */
const NEAREST_MM = 280;
const NO_SENSOR_MM = 0;

/** In the battery's first byte: a frame of many distances without a time, which no battery voltage reaches. */
const BATCH_FLAG = 0x10;

function decode(payload: Uint8Array, port: number): Decoded {
  switch (port) {
    case LIVE_PORT:
      return decodeLive(payload);
    case DATALOG_PORT:
      return decodeDatalog(payload);
    case STATUS_PORT:
      return decodeStatus(payload, MODEL);
    default:
      return fail('payload-unknown-port', `port ${port} is not in use`);
  }
}

/** Battery, distance, interrupt flag, probe temperature in tenths, sensor flag. */
function decodeLive(payload: Uint8Array): Decoded {
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  if (payload.length < FRAME_BYTES) {
    return fail('payload-truncated', `a frame has ${FRAME_BYTES} bytes, not ${payload.length}`);
  }
  if (payload.length > FRAME_BYTES || ((payload[0] ?? 0) & BATCH_FLAG) !== 0) {
    return fail('payload-unknown-field', `${payload.length} bytes: distances without a time, or another device`);
  }
  const frame = frameOf(payload);
  const found = new PayloadReadings();
  if (payload[7] === 0) found.miss('distance', 'no ultrasonic sensor connected');
  else readDistance(frame, 2, found);
  readProbe(frame, 5, found);
  found.add({ channel: 'batteryVoltage', value: batteryVolts(frame, 0) });
  return found.decoded();
}

/** Entries of battery, distance, probe temperature, flags and unix seconds. */
function decodeDatalog(payload: Uint8Array): Decoded {
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  if (payload.length % DATALOG_ENTRY_BYTES !== 0) {
    return fail('payload-truncated', `${payload.length} bytes are no whole entries of ${DATALOG_ENTRY_BYTES}`);
  }
  const frame = frameOf(payload);
  const found = new PayloadReadings();
  if (isEmptyDatalog(payload)) {
    found.miss('distance', 'nothing stored for the polled period');
    return found.decoded();
  }
  for (let entry = 0; entry < payload.length; entry += DATALOG_ENTRY_BYTES) {
    const atMs = deviceInstant(frame.getUint32(entry + 7));
    if (atMs === undefined) {
      for (const channel of ['distance', 'probeTemperature', 'batteryVoltage']) found.miss(channel, CLOCK_NOT_SET);
      continue;
    }
    readDistance(frame, entry + 2, found, atMs);
    readProbe(frame, entry + 4, found, atMs);
    found.add({ channel: 'batteryVoltage', value: batteryVolts(frame, entry), atMs });
  }
  return found.decoded();
}

function readDistance(frame: DataView, offset: number, found: PayloadReadings, atMs?: number): void {
  const millimetres = frame.getUint16(offset);
  if (millimetres === NO_SENSOR_MM) found.miss('distance', 'no ultrasonic sensor connected');
  else if (millimetres < NEAREST_MM) found.miss('distance', `${millimetres} mm is an invalid reading`);
  else found.add({ channel: 'distance', value: exactDecimal(millimetres), ...(atMs === undefined ? {} : { atMs }) });
}

/** Tenths of a degree. */
function readProbe(frame: DataView, offset: number, found: PayloadReadings, atMs?: number): void {
  const tenths = frame.getInt16(offset);
  if (tenths === NO_PROBE) found.miss('probeTemperature', 'no probe connected');
  else
    found.add({ channel: 'probeTemperature', value: exactDecimal(tenths, 1), ...(atMs === undefined ? {} : { atMs }) });
}

export const draginoLdds75: DeviceProfile = {
  id: 'dragino-ldds75',
  manufacturer: 'Dragino',
  model: 'LDDS75',
  cleared: true,
  channels: {
    distance: { property: 'water-distance', unit: 'mm' },
    probeTemperature: {
      property: 'probe-temperature',
      unit: 'Cel',
      alternatives: ['water-temperature', 'air-temperature'],
    },
    batteryVoltage: { property: 'battery-voltage', unit: 'V' },
  },
  decode,
};
