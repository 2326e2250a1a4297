import { exactDecimal } from '../../observation/decimal.ts';
import { fail } from '../../result/mod.ts';
import { isApplicationPort } from '../../uplinks/application-port.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { type Decoded, decimalOfFloat, PayloadReadings } from '../payload-reader.ts';

const METRES = 45;

/** NAMUR NE 107 status of the measurement. Maintenance required (2) still measures well. */
const FUNCTION_CHECK = 1;
const OUT_OF_SPECIFICATION = 3;
const FAILURE = 4;

/** A packet that only keeps the connection alive. */
const EMPTY_PACKET = 0xfe;

/** Id, status, the measured value, its unit, the battery and the temperature of the electronics. */
const TEMPERATURE_AT = 8;
const TAIL_AT = 10;

/** Bytes between the temperature and the tilt, by packet: a position (8) and the vendor's own status (4). */
const BYTES_BEFORE_TILT: Readonly<Record<number, number>> = { 2: 0, 3: 8, 4: 4, 5: 12 };

function decode(payload: Uint8Array, port: number): Decoded {
  if (!isApplicationPort(port)) return fail('payload-unknown-port', `port ${port} carries no application data`);
  const id = payload[0];
  if (id === undefined) return fail('payload-empty', 'no bytes');
  const found = new PayloadReadings();
  if (id === EMPTY_PACKET && payload.length === 1) return found.decoded();
  const tiltAt = TAIL_AT + (BYTES_BEFORE_TILT[id] ?? Number.NaN);
  if (Number.isNaN(tiltAt)) return fail('payload-unknown-field', `packet ${id} is not documented`);
  if (payload.length <= tiltAt) return fail('payload-truncated', `packet ${id} has ${tiltAt + 1} bytes`);
  if (payload.length > tiltAt + 1)
    return fail('payload-unknown-field', `${payload.length - tiltAt - 1} bytes too many`);
  const data = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  readDistance(data, found);
  found.add({ channel: 'battery', value: exactDecimal(data.getUint8(7)) });
  found.add({ channel: 'temperature', value: exactDecimal(data.getInt16(TEMPERATURE_AT), 1) });
  found.add({ channel: 'tilt', value: exactDecimal(data.getUint8(tiltAt)) });
  return found.decoded();
}

function readDistance(data: DataView, found: PayloadReadings): void {
  const status = data.getUint8(1);
  const unit = data.getUint8(6);
  const metres = decimalOfFloat(data.getFloat32(2), 6);
  if (status === FAILURE) found.miss('distance', 'the device reports a failure');
  else if (metres === undefined) found.miss('distance', 'no number');
  else if (unit !== METRES) found.miss('distance', `unit ${unit} is not documented: set the device to metres`);
  else found.add({ channel: 'distance', value: metres });
  if (status === FUNCTION_CHECK || status === OUT_OF_SPECIFICATION) found.flag('distance', 'device-reported-fault');
}

export const vegaVegapulsAir: DeviceProfile = {
  id: 'vega-vegapuls-air',
  manufacturer: 'VEGA',
  model: 'VEGAPULS Air',
  cleared: true,
  channels: {
    distance: { property: 'water-distance', unit: 'm' },
    tilt: { property: 'tilt', unit: 'deg' },
    temperature: { property: 'probe-temperature', unit: 'Cel' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode,
};
