import { exactDecimal } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { PayloadReadings } from './payload-reader.ts';

/** No ultrasonic model measures beyond 10 m, so the top of the 16 bits is for error codes (FFFD, FFFF). */
const ERROR_CODES_FROM = 0xfff0;

/** Millimetres in 16 bits, little-endian, into the channel `distance`. */
export function readDistance(data: DataView, offset: number, found: PayloadReadings, atMs?: EpochMs): void {
  const millimetres = data.getUint16(offset, true);
  if (millimetres >= ERROR_CODES_FROM) {
    found.miss('distance', `error code ${millimetres}: no echo or a failing sensor`);
    return;
  }
  found.add({ channel: 'distance', value: exactDecimal(millimetres), ...(atMs === undefined ? {} : { atMs }) });
}
