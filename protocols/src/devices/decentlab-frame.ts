import { type Decimal, decimal, exactDecimal } from '../observation/decimal.ts';
import { fail } from '../result/mod.ts';
import { isApplicationPort } from '../uplinks/application-port.ts';
import type { Channel } from './device-profile.ts';
import { type Decoded, decimalOfFloat, PayloadReadings } from './payload-reader.ts';

const PROTOCOL_VERSION = 2;
/** Version, device id, and one bit for each sensor whose words follow. */
const HEADER_BYTES = 5;
const FLAGS_OFFSET = 3;
const BYTES_PER_WORD = 2;
/** Numbers that can be negative are sent with this added. */
const MIDDLE = 0x8000;

/** The unsigned 16-bit words of one sensor, by their place. */
export type Words = (index: number) => number;

/** One number of a sensor; undefined where the words hold none. */
export interface DecentlabField {
  readonly channel: string;
  readonly value: (words: Words) => Decimal | undefined;
}

/** One sensor of a device: how many words it sends and what they hold. */
export interface DecentlabSensor {
  readonly words: number;
  readonly fields: readonly DecentlabField[];
  /** Why nothing was measured, where the words say so. */
  readonly failure?: (words: Words) => string | undefined;
  /** Channels whose values are doubtful, by the words. */
  readonly doubtful?: (words: Words) => readonly string[];
}

/** A word that is never negative, in units of 10^-scale. */
export function unsigned(channel: string, index: number, scale = 0): DecentlabField {
  return { channel, value: (words) => exactDecimal(words(index), scale) };
}

/** A word that can be negative, in units of 10^-scale. */
export function signed(channel: string, index: number, scale = 0): DecentlabField {
  return { channel, value: (words) => exactDecimal(words(index) - MIDDLE, scale) };
}

/** Two words, the lower one first, in units of 10^-scale. */
export function long(channel: string, index: number, scale = 0): DecentlabField {
  return { channel, value: (words) => decimal(words(index) + words(index + 1) * 0x10000, scale) };
}

/** What the vendor computes in binary floats, rounded to `decimals` digits. */
export function computed(channel: string, decimals: number, compute: (words: Words) => number): DecentlabField {
  return { channel, value: (words) => decimalOfFloat(compute(words), decimals) };
}

/** Volts from millivolts: the last sensor of every model. */
export const BATTERY: DecentlabSensor = { words: 1, fields: [unsigned('batteryVoltage', 0, 3)] };
export const BATTERY_CHANNEL: Channel = { property: 'battery-voltage', unit: 'V' };

/** Metres of fresh water at 1000 kg/m³ and 9.80665 m/s² that weigh one bar. */
export const METRES_OF_WATER_PER_BAR = 10.19716;

/**
 * Reads a payload of protocol version 2. A sensor that is not among `sensors` refuses the payload, because its length is
 * unknown. The port is the operator's, so any application port will do.
 * @param sensors by the bit of the header that announces them
 */
export function decodeDecentlab(sensors: readonly DecentlabSensor[], payload: Uint8Array, port: number): Decoded {
  if (!isApplicationPort(port)) return fail('payload-unknown-port', `port ${port} carries no application data`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  if (payload[0] !== PROTOCOL_VERSION) return fail('payload-unknown-field', `protocol version ${payload[0]}`);
  if (payload.length < HEADER_BYTES) return fail('payload-truncated', `a header has ${HEADER_BYTES} bytes`);
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const flags = data.getUint16(FLAGS_OFFSET);
  if (flags >> sensors.length !== 0) {
    return fail('payload-unknown-field', `sensor flags ${flags.toString(2)}: this model has ${sensors.length} sensors`);
  }
  const sent = sensors.filter((_, bit) => ((flags >> bit) & 1) === 1);
  const length = sent.reduce((bytes, { words }) => bytes + words * BYTES_PER_WORD, HEADER_BYTES);
  if (payload.length < length) return fail('payload-truncated', `${length} bytes announced, ${payload.length} there`);
  if (payload.length > length) return fail('payload-unknown-field', `${payload.length - length} bytes too many`);
  const found = new PayloadReadings();
  let offset = HEADER_BYTES;
  for (const sensor of sent) {
    const start = offset;
    readSensor(sensor, (index) => data.getUint16(start + index * BYTES_PER_WORD), found);
    offset += sensor.words * BYTES_PER_WORD;
  }
  return found.decoded();
}

function readSensor({ fields, failure, doubtful }: DecentlabSensor, words: Words, found: PayloadReadings): void {
  const reason = failure?.(words);
  for (const { channel, value } of fields) {
    const number = reason === undefined ? value(words) : undefined;
    if (number === undefined) found.miss(channel, reason ?? 'the words hold no number');
    else found.add({ channel, value: number });
  }
  for (const channel of doubtful?.(words) ?? []) found.flag(channel, 'device-reported-fault');
}
