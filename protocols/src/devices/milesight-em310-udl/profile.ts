import type { DeviceProfile } from '../device-profile.ts';
import { readDistance } from '../milesight-distance.ts';
import { BATTERY_FIELD, decodeTlv, tlvFields } from '../milesight-tlv.ts';

const UPRIGHT = 0;

const fields = tlvFields(
  {
    '01 75': BATTERY_FIELD,
    '03 82': { length: 2, read: readDistance },
    '04 00': {
      length: 1,
      read: (data, offset, found) => {
        if (data.getUint8(offset) !== UPRIGHT) found.flag('distance', 'sensor-tilted');
      },
    },
  },
  { '02': 2, '03': 2, '06': 9, '10': 1 },
);

export const milesightEm310Udl: DeviceProfile = {
  id: 'milesight-em310-udl',
  manufacturer: 'Milesight',
  model: 'EM310-UDL',
  cleared: true,
  channels: {
    distance: { property: 'water-distance', unit: 'mm' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
