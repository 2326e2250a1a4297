import type { DeviceProfile } from '../device-profile.ts';
import { readDistance } from '../milesight-distance.ts';
import { BATTERY_FIELD, decodeTlv, storedAt, tlvFields } from '../milesight-tlv.ts';
import { CLOCK_NOT_SET } from '../payload-reader.ts';

const fields = tlvFields(
  {
    '01 75': BATTERY_FIELD,
    '03 82': { length: 2, read: (data, offset, found) => readDistance(data, offset, found) },
    '83 e9': {
      length: 5,
      read: (_data, _offset, found) => found.miss('distance', 'an alarm record, whose scale the vendor does not state'),
    },
    '20 ce': {
      length: 6,
      read: (data, offset, found) => {
        const atMs = storedAt(data, offset);
        if (atMs === undefined) found.miss('distance', CLOCK_NOT_SET);
        else readDistance(data, offset + 4, found, atMs);
      },
    },
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

export const milesightEm500Udl: DeviceProfile = {
  id: 'milesight-em500-udl',
  manufacturer: 'Milesight',
  model: 'EM500-UDL',
  cleared: true,
  channels: {
    distance: { property: 'water-distance', unit: 'mm' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
