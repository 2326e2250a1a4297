import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import { isApplicationPort } from '../../uplinks/application-port.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { type Decoded, PayloadReadings } from '../payload-reader.ts';

/** One number of a frame, big-endian, in units of 10^-scale. */
interface Field {
  readonly channel: string;
  readonly at: number;
  readonly type: 'Uint8' | 'Int16' | 'Uint16' | 'Uint32';
  readonly scale: number;
}

/** One kind of frame: how long it is with its id, and what it holds. */
interface Frame {
  readonly length: number;
  readonly fields: readonly Field[];
}

const AIR: Frame = {
  length: 11,
  fields: [
    { channel: 'temperature', at: 1, type: 'Int16', scale: 1 },
    { channel: 'humidity', at: 3, type: 'Uint8', scale: 0 },
    { channel: 'illuminance', at: 4, type: 'Uint32', scale: 0 },
    { channel: 'uvIndex', at: 8, type: 'Uint8', scale: 1 },
    { channel: 'windSpeed', at: 9, type: 'Uint16', scale: 1 },
  ],
};
const WIND_AND_RAIN: Frame = {
  length: 9,
  fields: [
    { channel: 'windDirection', at: 1, type: 'Uint16', scale: 0 },
    { channel: 'rainIntensity', at: 3, type: 'Uint32', scale: 3 },
    { channel: 'pressure', at: 7, type: 'Uint16', scale: 1 },
  ],
};
const GUST_AND_RAIN_TOTAL: Frame = {
  length: 7,
  fields: [
    { channel: 'windGust', at: 1, type: 'Uint16', scale: 1 },
    { channel: 'rainTotal', at: 3, type: 'Uint32', scale: 3 },
  ],
};
const battery = (length: number): Frame => ({
  length,
  fields: [{ channel: 'battery', at: 1, type: 'Uint8', scale: 0 }],
});

const ERROR_ID = 0x06;

/** By id. 4A to 4C are what 01 and 02 became in firmware 2. */
const FRAMES: ReadonlyMap<number, Frame> = new Map([
  [0x01, AIR],
  [0x4a, AIR],
  [0x02, WIND_AND_RAIN],
  [0x4b, WIND_AND_RAIN],
  [0x4c, GUST_AND_RAIN_TOTAL],
  [0x03, battery(2)],
  [0x04, battery(10)],
  [0x05, { length: 5, fields: [] }],
  [ERROR_ID, { length: 2, fields: [] }],
  [0x10, { length: 10, fields: [] }],
]);

/** Frames one behind the other; one of an unknown id refuses the payload, because its length is unknown. */
function decode(payload: Uint8Array, port: number): Decoded {
  if (!isApplicationPort(port)) return fail('payload-unknown-port', `port ${port} carries no application data`);
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const found = new PayloadReadings();
  let offset = 0;
  while (offset < data.byteLength) {
    const id = data.getUint8(offset);
    const frame = FRAMES.get(id);
    if (frame === undefined) return fail('payload-unknown-field', `no such frame: ${id} at byte ${offset}`);
    if (offset + frame.length > data.byteLength) {
      return fail('payload-truncated', `frame ${id} at byte ${offset} has ${frame.length} bytes`);
    }
    for (const { channel, at, type, scale } of frame.fields) {
      found.add({ channel, value: exactDecimal(data[`get${type}`](offset + at), scale) });
    }
    if (id === ERROR_ID) readError(data.getUint8(offset + 1), found);
    offset += frame.length;
  }
  return found.decoded();
}

/** The weather sensor as a whole could not be read: one channel stands for all. */
function readError(code: number, found: PayloadReadings): void {
  if (code !== 0) found.miss('temperature', `the station reports error ${code}: no measurements`);
}

export const sensecapS2120: DeviceProfile = {
  id: 'sensecap-s2120',
  manufacturer: 'Seeed SenseCAP',
  model: 'S2120',
  cleared: true,
  channels: {
    temperature: { property: 'air-temperature', unit: 'Cel' },
    humidity: { property: 'relative-humidity', unit: '%' },
    illuminance: { property: 'illuminance', unit: 'lx' },
    uvIndex: { property: 'uv-index', unit: '{index}' },
    windSpeed: { property: 'wind-speed', unit: 'm/s' },
    windDirection: { property: 'wind-direction', unit: 'deg' },
    windGust: { property: 'wind-gust', unit: 'm/s' },
    rainIntensity: { property: 'rain-intensity', unit: 'mm/h', resolution: exactDecimal(1, 3) },
    rainTotal: { property: 'rain-counter', unit: 'mm' },
    pressure: { property: 'station-pressure', unit: 'hPa' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode,
};
