import { type Decimal, exactDecimal } from '../../observation/decimal.ts';
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

const MODEL = 0x0b;
const LIVE_PORT = 2;
const RECORD_PORT = 3;
const FRAME_BYTES = 11;
/** Some external sensors append four bytes that carry no measurement. */
const LONG_FRAME_BYTES = 15;

/** Upper two bits of byte 6: what kind of frame it is. */
const LIVE = 0;
const POLL_ANSWER = 1;
const RETRANSMISSION = 2;

/** Where a live frame has what, by the sensor type in the lower six bits of byte 6. Byte 0 is the battery unless said. */
interface Layout {
  readonly builtIn: boolean;
  readonly probeAt?: number;
  readonly clockAt?: number;
  /** Why there is no probe temperature. */
  readonly without?: string;
}

const LAYOUTS: Readonly<Record<number, Layout>> = {
  0: { builtIn: true, without: 'no external sensor' },
  1: { builtIn: true, probeAt: 7 },
  2: { builtIn: true, probeAt: 7 },
  4: { builtIn: true, without: 'the connector is an interrupt input' },
  5: { builtIn: true, without: 'the connector has a light sensor' },
  6: { builtIn: true, without: 'the connector is a voltage input' },
  7: { builtIn: true, without: 'the connector counts pulses' },
  8: { builtIn: true, without: 'the connector counts pulses' },
  9: { builtIn: true, probeAt: 0, clockAt: 7 },
  10: { builtIn: true, probeAt: 0, clockAt: 7 },
  11: { builtIn: true, probeAt: 7 },
  14: { builtIn: false, without: 'the connector counts pulses' },
  15: { builtIn: false, without: 'a report of the identity of the probe' },
  16: { builtIn: false, probeAt: 7 },
  32: { builtIn: false, probeAt: 7 },
};

/** Sensor types whose datalog entries begin with a temperature of the probe. */
const DATALOG_PROBE_TYPES: ReadonlySet<number> = new Set([1, 2, 9, 10, 11, 12]);

function decode(payload: Uint8Array, port: number): Decoded {
  if (port === STATUS_PORT) return decodeStatus(payload, MODEL);
  if (port !== LIVE_PORT && port !== RECORD_PORT) return fail('payload-unknown-port', `port ${port} is not in use`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  if (payload.length < FRAME_BYTES) {
    return fail('payload-truncated', `a frame has ${FRAME_BYTES} bytes, not ${payload.length}`);
  }
  if (isEmptyDatalog(payload)) return decodeEmptyDatalog();
  const kind = kindOfFrame(payload, 0);
  if (kind === LIVE && port === LIVE_PORT) return decodeLive(payload);
  if (kind === POLL_ANSWER || kind === RETRANSMISSION) return decodeDatalog(payload, kind);
  return fail('payload-unknown-field', `port ${port}, byte 6 is ${payload[6]}: no measurements with a known time`);
}

function decodeLive(payload: Uint8Array): Decoded {
  const type = (payload[6] ?? 0) & 0x3f;
  const layout = LAYOUTS[type];
  if (layout === undefined) return fail('payload-unknown-field', `external sensor type ${type} is not documented`);
  if (payload.length !== FRAME_BYTES && payload.length !== LONG_FRAME_BYTES) {
    return fail('payload-unknown-field', `${payload.length} bytes: a live frame has ${FRAME_BYTES}`);
  }
  const frame = frameOf(payload);
  const found = new PayloadReadings();
  if (layout.builtIn) readBuiltIn(frame, 0, found);
  if (layout.probeAt !== undefined) readTemperature(frame, layout.probeAt, found, 'probeTemperature');
  if (layout.without !== undefined) found.miss('probeTemperature', layout.without);
  if (layout.probeAt !== 0) found.add({ channel: 'batteryVoltage', value: batteryVolts(frame, 0) });
  if (layout.clockAt !== undefined) found.measuredAt(deviceInstant(frame.getUint32(layout.clockAt)));
  return found.decoded();
}

/** Entries of probe, built-in temperature, humidity, byte 6 and unix seconds, each with a time of its own. */
function decodeDatalog(payload: Uint8Array, kind: number): Decoded {
  if (payload.length % DATALOG_ENTRY_BYTES !== 0) {
    return fail('payload-truncated', `${payload.length} bytes are no whole entries of ${DATALOG_ENTRY_BYTES}`);
  }
  const frame = frameOf(payload);
  const found = new PayloadReadings();
  for (let entry = 0; entry < payload.length; entry += DATALOG_ENTRY_BYTES) {
    if (kindOfFrame(payload, entry) !== kind) {
      return fail('payload-unknown-field', `the entry at byte ${entry} is of another kind than the first`);
    }
    const withProbe = DATALOG_PROBE_TYPES.has((payload[entry + 6] ?? 0) & 0x0f);
    const atMs = deviceInstant(frame.getUint32(entry + 7));
    if (atMs === undefined) {
      for (const channel of ['temperature', 'humidity', ...(withProbe ? ['probeTemperature'] : [])]) {
        found.miss(channel, CLOCK_NOT_SET);
      }
      continue;
    }
    readBuiltIn(frame, entry, found, atMs);
    if (withProbe) readTemperature(frame, entry, found, 'probeTemperature', atMs);
  }
  return found.decoded();
}

function decodeEmptyDatalog(): Decoded {
  const found = new PayloadReadings();
  for (const channel of ['temperature', 'humidity']) found.miss(channel, 'nothing stored for the polled period');
  return found.decoded();
}

function kindOfFrame(payload: Uint8Array, entry: number): number {
  return (payload[entry + 6] ?? 0) >> 6;
}

function readBuiltIn(frame: DataView, entry: number, found: PayloadReadings, atMs?: number): void {
  readTemperature(frame, entry + 2, found, 'temperature', atMs);
  const tenths: Decimal = exactDecimal(frame.getUint16(entry + 4) & 0x0fff, 1);
  found.add({ channel: 'humidity', value: tenths, ...(atMs === undefined ? {} : { atMs }) });
}

/** Hundredths of a degree. */
function readTemperature(
  frame: DataView,
  offset: number,
  found: PayloadReadings,
  channel: string,
  atMs?: number,
): void {
  const hundredths = frame.getInt16(offset);
  if (hundredths === NO_PROBE) {
    found.miss(channel, 'not connected: 327.67');
    return;
  }
  found.add({ channel, value: exactDecimal(hundredths, 2), ...(atMs === undefined ? {} : { atMs }) });
}

const hundredth = exactDecimal(1, 2);

export const draginoLht65n: DeviceProfile = {
  id: 'dragino-lht65n',
  manufacturer: 'Dragino',
  model: 'LHT65N',
  cleared: true,
  channels: {
    temperature: { property: 'air-temperature', unit: 'Cel', resolution: hundredth },
    humidity: { property: 'relative-humidity', unit: '%' },
    probeTemperature: {
      property: 'probe-temperature',
      unit: 'Cel',
      resolution: hundredth,
      alternatives: ['globe-temperature', 'natural-wet-bulb-temperature', 'water-temperature', 'air-temperature'],
    },
    batteryVoltage: { property: 'battery-voltage', unit: 'V' },
  },
  decode,
};
