import { exactDecimal } from '../observation/decimal.ts';
import { fail } from '../result/mod.ts';
import { isApplicationPort } from '../uplinks/application-port.ts';
import { type Decoded, deviceInstant, PayloadReadings } from './payload-reader.ts';

/** One kind of record: channel id, type, then data of a known length, little-endian. */
export interface TlvField {
  /** Bytes of data; a function where the data say their own length, undefined for a variant that is not documented. */
  readonly length: number | ((data: DataView, offset: number) => number | undefined);
  /** Absent for device information and answers to commands, which carry nothing to observe. */
  readonly read?: (data: DataView, offset: number, found: PayloadReadings) => void;
}

/** Fields by channel id and type, the id in the upper byte. */
export type TlvFields = ReadonlyMap<number, TlvField>;

/** Versions, serial number, class, reset and power-on on channel FF, the same for every model: length by hex type. */
const DEVICE_INFORMATION_LENGTHS: Readonly<Record<string, number>> = {
  '01': 1,
  '09': 2,
  '0a': 2,
  '0b': 1,
  '0f': 1,
  '16': 8,
  fe: 1,
  ff: 2,
};

/**
 * The field table of a model.
 * @param fields by hex id and type as the vendor writes them, such as `'03 67'`
 * @param commandAnswerLengths data length, by hex type, of each setting that the device repeats on channels FE and FF
 *   after a downlink
 */
export function tlvFields(
  fields: Readonly<Record<string, TlvField>>,
  commandAnswerLengths: Readonly<Record<string, number>>,
): TlvFields {
  const table = new Map<number, TlvField>();
  const set = (idAndType: string, field: TlvField) => table.set(Number.parseInt(idAndType.replace(' ', ''), 16), field);
  for (const [type, length] of Object.entries(commandAnswerLengths)) {
    set(`fe${type}`, { length });
    set(`ff${type}`, { length });
  }
  for (const [type, length] of Object.entries(DEVICE_INFORMATION_LENGTHS)) set(`ff${type}`, { length });
  for (const [idAndType, field] of Object.entries(fields)) set(idAndType, field);
  return table;
}

/**
 * Settings that newer models repeat on channels F8, with a byte that says whether they took them, and F9, without.
 * @param lengths data length by hex type
 */
export function extendedAnswers(lengths: Readonly<Record<string, number>>): Record<string, TlvField> {
  return Object.fromEntries(
    Object.entries(lengths).flatMap(([type, length]) => [
      [`f8 ${type}`, { length: length + 1 }],
      [`f9 ${type}`, { length }],
    ]),
  );
}

/**
 * Reads every record of a payload. A record that the table does not have makes the whole payload a fault: its length is
 * unknown, so what follows cannot be read, and the mismatch between device and profile must be seen. The port is the
 * operator's setting (85 by default), so any application port will do.
 */
export function decodeTlv(fields: TlvFields, payload: Uint8Array, port: number): Decoded {
  if (!isApplicationPort(port)) return fail('payload-unknown-port', `port ${port} carries no application data`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const found = new PayloadReadings();
  let offset = 0;
  while (offset < data.byteLength) {
    if (offset + 2 > data.byteLength) return fail('payload-truncated', `channel without a type at byte ${offset}`);
    const field = fields.get(data.getUint16(offset));
    const length = typeof field?.length === 'function' ? field.length(data, offset + 2) : field?.length;
    if (field === undefined || length === undefined) {
      return fail('payload-unknown-field', `no such field: ${hexOfTwo(data.getUint16(offset))} at byte ${offset}`);
    }
    if (offset + 2 + length > data.byteLength) {
      return fail('payload-truncated', `${hexOfTwo(data.getUint16(offset))} at byte ${offset} needs ${length} bytes`);
    }
    field.read?.(data, offset + 2, found);
    offset += 2 + length;
  }
  return found.decoded();
}

/** Battery in percent, on channel 01 of every model. */
export const BATTERY_FIELD: TlvField = {
  length: 1,
  read: (data, offset, found) => found.add({ channel: 'battery', value: exactDecimal(data.getUint8(offset)) }),
};

/** The instant of a stored record, from its own unix seconds. */
export function storedAt(data: DataView, offset: number): number | undefined {
  return deviceInstant(data.getUint32(offset, true));
}

function hexOfTwo(idAndType: number): string {
  return idAndType.toString(16).padStart(4, '0');
}
