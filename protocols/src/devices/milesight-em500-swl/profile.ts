import { exactDecimal } from '../../observation/decimal.ts';
import type { EpochMs } from '../../observation/instant.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { BATTERY_FIELD, decodeTlv, storedAt, tlvFields } from '../milesight-tlv.ts';
import { CLOCK_NOT_SET, type PayloadReadings } from '../payload-reader.ts';

const SENTINELS: ReadonlyMap<number, string> = new Map([
  [0xffff, 'the probe could not be read'],
  [0xfffd, 'out of the range of the probe'],
]);

const fields = tlvFields(
  {
    '01 75': BATTERY_FIELD,
    '03 77': { length: 2, read: (data, offset, found) => readDepth(data, offset, found) },
    '20 ce': {
      length: 6,
      read: (data, offset, found) => {
        const atMs = storedAt(data, offset);
        if (atMs === undefined) found.miss('depth', CLOCK_NOT_SET);
        else readDepth(data, offset + 4, found, atMs);
      },
    },
    'ff 1b': { length: 5 },
  },
  {
    '02': 2,
    '03': 2,
    '06': 9,
    '10': 1,
    '11': 4,
    '17': 2,
    '1c': 2,
    '27': 1,
    '28': 1,
    '35': 8,
    '3b': 1,
    '4a': 1,
    '68': 1,
    '69': 1,
    '6a': 3,
    '84': 1,
    '96': 8,
    f1: 4,
    f2: 2,
    f5: 1,
  },
);

/** Centimetres above the probe. */
function readDepth(data: DataView, offset: number, found: PayloadReadings, atMs?: EpochMs): void {
  const centimetres = data.getUint16(offset, true);
  const failure = SENTINELS.get(centimetres);
  if (failure !== undefined) found.miss('depth', failure);
  else found.add({ channel: 'depth', value: exactDecimal(centimetres), ...(atMs === undefined ? {} : { atMs }) });
}

export const milesightEm500Swl: DeviceProfile = {
  id: 'milesight-em500-swl',
  manufacturer: 'Milesight',
  model: 'EM500-SWL',
  cleared: true,
  channels: {
    depth: { property: 'water-depth', unit: 'cm' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
