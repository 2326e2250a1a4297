import { type Decimal, exactDecimal } from '../observation/decimal.ts';
import { fail } from '../result/mod.ts';
import { type Decoded, PayloadReadings } from './payload-reader.ts';

export const STATUS_PORT = 5;
const STATUS_BYTES = 7;

/** A stored measurement, as every datalog answer repeats it. */
export const DATALOG_ENTRY_BYTES = 11;

/** What a DS18B20 or TMP117 input reads with nothing connected. */
export const NO_PROBE = 0x7fff;

/** Frames are big-endian. */
export function frameOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}

/** Volts from 14 bits of millivolts; the two bits above are a status. */
export function batteryVolts(frame: DataView, offset: number): Decimal {
  return exactDecimal(frame.getUint16(offset) & 0x3fff, 3);
}

/** Device status on port 5: model, firmware, band, sub-band, battery in millivolts. */
export function decodeStatus(payload: Uint8Array, model: number): Decoded {
  if (payload.length < STATUS_BYTES) {
    return fail('payload-truncated', `a device status has ${STATUS_BYTES} bytes, not ${payload.length}`);
  }
  if (payload.length > STATUS_BYTES || payload[0] !== model) {
    return fail('payload-unknown-field', `model ${payload[0]}, ${payload.length} bytes: the status of another device`);
  }
  const found = new PayloadReadings();
  found.add({ channel: 'batteryVoltage', value: exactDecimal(frameOf(payload).getUint16(5), 3) });
  return found.decoded();
}

/** The answer to a poll for a period of which nothing is stored: all zeros. */
export function isEmptyDatalog(payload: Uint8Array): boolean {
  return payload.length === DATALOG_ENTRY_BYTES && payload.every((byte) => byte === 0);
}
