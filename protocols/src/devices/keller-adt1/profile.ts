import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import { isApplicationPort } from '../../uplinks/application-port.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { type Decoded, decimalOfFloat, PayloadReadings } from '../payload-reader.ts';

const MEASUREMENTS = 1;
const DEVICE_INFORMATION = 12;
const INFORMATION_BYTES = 20;
const BATTERY_VOLTAGE_AT = 14;
const BATTERY_PERCENT_AT = 18;

/** Function, connection type, and one bit for each value that follows. */
const HEADER_BYTES = 4;
const BYTES_PER_VALUE = 4;

/** Where the values of interest are in each connection type: what is plugged in decides, and the device says it. */
const LEVEL_PROBE = {
  0: 'pressureDifference',
  1: 'pressure',
  4: 'waterTemperature',
  6: 'airPressure',
  7: 'housingTemperature',
};
const CONNECTION_TYPES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  2: LEVEL_PROBE,
  3: LEVEL_PROBE,
  5: LEVEL_PROBE,
  /** With a conductivity probe; the first value is the difference of two probes and not against the air. */
  9: {
    1: 'pressure',
    4: 'waterTemperature',
    6: 'airPressure',
    7: 'housingTemperature',
    10: 'conductivity',
  },
  10: { ...LEVEL_PROBE, 10: 'conductivity' },
};

/** Digits behind the point: bar to 0.1 Pa, degrees to hundredths, mS/cm to nS/cm. */
const DECIMALS: Readonly<Record<string, number>> = {
  pressureDifference: 6,
  pressure: 6,
  airPressure: 6,
  waterTemperature: 2,
  housingTemperature: 2,
  conductivity: 6,
};

function decode(payload: Uint8Array, port: number): Decoded {
  if (!isApplicationPort(port)) return fail('payload-unknown-port', `port ${port} carries no application data`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  switch (payload[0]) {
    case MEASUREMENTS:
      return decodeMeasurements(data);
    case DEVICE_INFORMATION:
      return decodeInformation(data);
    default:
      return fail('payload-unknown-field', `function ${payload[0]} carries no measurements`);
  }
}

function decodeMeasurements(data: DataView): Decoded {
  if (data.byteLength < HEADER_BYTES) return fail('payload-truncated', `a header has ${HEADER_BYTES} bytes`);
  const connectionType = data.getUint8(1);
  const channels = CONNECTION_TYPES[connectionType];
  if (channels === undefined)
    return fail('payload-unknown-field', `connection type ${connectionType} is not read here`);
  const mask = data.getUint16(2);
  const found = new PayloadReadings();
  let offset = HEADER_BYTES;
  for (let bit = 0; mask >> bit !== 0; bit += 1) {
    if (((mask >> bit) & 1) === 0) continue;
    if (offset + BYTES_PER_VALUE > data.byteLength) {
      return fail('payload-truncated', `value ${bit + 1} is announced and ${data.byteLength} bytes are there`);
    }
    const channel = channels[bit];
    if (channel !== undefined) readFloat(data, offset, channel, found);
    offset += BYTES_PER_VALUE;
  }
  if (offset < data.byteLength) return fail('payload-unknown-field', `${data.byteLength - offset} bytes too many`);
  return found.decoded();
}

/** Big-endian; all ones is no number, which the device sends for a probe that it could not read. */
function readFloat(data: DataView, offset: number, channel: string, found: PayloadReadings): void {
  const value = decimalOfFloat(data.getFloat32(offset), DECIMALS[channel] ?? 0);
  if (value === undefined) found.miss(channel, 'the probe gave no number');
  else found.add({ channel, value });
}

function decodeInformation(data: DataView): Decoded {
  if (data.byteLength < INFORMATION_BYTES) {
    return fail('payload-truncated', `device information has ${INFORMATION_BYTES} bytes, not ${data.byteLength}`);
  }
  const found = new PayloadReadings();
  const volts = decimalOfFloat(data.getFloat32(BATTERY_VOLTAGE_AT), 3);
  if (volts === undefined) found.miss('batteryVoltage', 'no number');
  else found.add({ channel: 'batteryVoltage', value: volts });
  found.add({ channel: 'battery', value: exactDecimal(data.getUint8(BATTERY_PERCENT_AT)) });
  return found.decoded();
}

export const kellerAdt1: DeviceProfile = {
  id: 'keller-adt1',
  manufacturer: 'Keller',
  model: 'ADT1',
  cleared: true,
  channels: {
    pressureDifference: { property: 'water-pressure', unit: 'bar', alternatives: ['probe-pressure'] },
    /** An absolute probe reads air and water together, a vented one the water alone: the city knows which it has. */
    pressure: { property: 'probe-pressure', unit: 'bar', alternatives: ['water-pressure'] },
    airPressure: { property: 'station-pressure', unit: 'bar' },
    waterTemperature: { property: 'water-temperature', unit: 'Cel' },
    housingTemperature: { property: 'probe-temperature', unit: 'Cel' },
    conductivity: { property: 'conductivity', unit: 'mS/cm' },
    batteryVoltage: { property: 'battery-voltage', unit: 'V' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode,
};
