import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { type Decoded, PayloadReadings } from '../payload-reader.ts';

const COUNTS_PORT = 1;
const STATUS_PORT = 2;
const WEATHER_PORT = 7;
const VOLTAGE_PORT = 8;

/** Configuration, position, button, beacon, clock and the sum of contact-tracing beacons: nothing that is read. */
const OTHER_PORTS: ReadonlySet<number> = new Set([3, 4, 5, 6, 9, 10]);

/** Where the counts begin on port 1, by length: alone, behind a position, or before dust or a position. */
const COUNTS: Readonly<Record<number, { readonly at: number; readonly bluetooth: boolean }>> = {
  2: { at: 0, bluetooth: false },
  4: { at: 0, bluetooth: true },
  8: { at: 0, bluetooth: true },
  10: { at: 8, bluetooth: false },
  12: { at: 8, bluetooth: true },
  15: { at: 0, bluetooth: false },
  17: { at: 0, bluetooth: true },
};
const WEATHER_BYTES = 8;
const VOLTAGE_BYTES = 2;

function decode(payload: Uint8Array, port: number): Decoded {
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  switch (port) {
    case COUNTS_PORT:
      return decodeCounts(data);
    case WEATHER_PORT:
      return decodeWeather(data);
    case STATUS_PORT:
    case VOLTAGE_PORT:
      return decodeVoltage(data);
    default:
      if (OTHER_PORTS.has(port)) return new PayloadReadings().decoded();
      return fail('payload-unknown-port', `port ${port} is not in use`);
  }
}

function decodeCounts(data: DataView): Decoded {
  const counts = COUNTS[data.byteLength];
  if (counts === undefined) return fail('payload-unknown-field', `${data.byteLength} bytes are no counts`);
  const found = new PayloadReadings();
  found.add({ channel: 'wifi', value: exactDecimal(data.getUint16(counts.at, true)) });
  if (counts.bluetooth) {
    found.add({ channel: 'bluetooth', value: exactDecimal(data.getUint16(counts.at + 2, true)) });
  }
  return found.decoded();
}

/** The temperature is big-endian, the rest is not; the last two bytes are the quality of indoor air. */
function decodeWeather(data: DataView): Decoded {
  if (data.byteLength < WEATHER_BYTES) return fail('payload-truncated', `weather has ${WEATHER_BYTES} bytes`);
  const found = new PayloadReadings();
  found.add({ channel: 'temperature', value: exactDecimal(data.getInt16(0), 2) });
  found.add({ channel: 'pressure', value: exactDecimal(data.getUint16(2, true), 1) });
  found.add({ channel: 'humidity', value: exactDecimal(data.getUint16(4, true), 2) });
  return found.decoded();
}

/** Millivolts; 0 where the board cannot measure them. */
function decodeVoltage(data: DataView): Decoded {
  if (data.byteLength < VOLTAGE_BYTES) return fail('payload-truncated', `a voltage has ${VOLTAGE_BYTES} bytes`);
  const found = new PayloadReadings();
  const millivolts = data.getUint16(0, true);
  if (millivolts === 0) found.miss('batteryVoltage', 'the board has no battery probe');
  else found.add({ channel: 'batteryVoltage', value: exactDecimal(millivolts, 3) });
  return found.decoded();
}

/** Not cleared: positions, and the number of a beacon that somebody carries. They are never read. */
export const esp32Paxcounter: DeviceProfile = {
  id: 'esp32-paxcounter',
  manufacturer: 'Open source',
  model: 'ESP32-Paxcounter, packed payload',
  channels: {
    wifi: { property: 'wifi-devices', unit: '{count}', overInterval: true },
    bluetooth: { property: 'bluetooth-devices', unit: '{count}', overInterval: true },
    temperature: { property: 'air-temperature', unit: 'Cel', alternatives: ['probe-temperature'] },
    humidity: { property: 'relative-humidity', unit: '%' },
    pressure: { property: 'station-pressure', unit: 'hPa' },
    batteryVoltage: { property: 'battery-voltage', unit: 'V' },
  },
  decode,
};
