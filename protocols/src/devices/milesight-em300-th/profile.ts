import { exactDecimal } from '../../observation/decimal.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { BATTERY_FIELD, decodeTlv, storedAt, tlvFields } from '../milesight-tlv.ts';
import { CLOCK_NOT_SET } from '../payload-reader.ts';

const fields = tlvFields(
  {
    '01 75': BATTERY_FIELD,
    '03 67': {
      length: 2,
      read: (data, offset, found) => found.add({ channel: 'temperature', value: temperature(data, offset) }),
    },
    '04 68': {
      length: 1,
      read: (data, offset, found) => found.add({ channel: 'humidity', value: humidity(data, offset) }),
    },
    '20 ce': {
      length: 8,
      read: (data, offset, found) => {
        const atMs = storedAt(data, offset);
        if (atMs === undefined) {
          found.miss('temperature', CLOCK_NOT_SET);
          found.miss('humidity', CLOCK_NOT_SET);
          return;
        }
        found.add({ channel: 'temperature', value: temperature(data, offset + 4), atMs });
        found.add({ channel: 'humidity', value: humidity(data, offset + 6), atMs });
      },
    },
  },
  { '02': 2, '03': 2, '06': 9, '10': 1, '27': 1, '28': 1, '68': 1, '69': 1, '6a': 3, '6d': 1, '79': 6, ea: 3 },
);

/** Tenths of a degree. */
function temperature(data: DataView, offset: number) {
  return exactDecimal(data.getInt16(offset, true), 1);
}

/** Half percents. */
function humidity(data: DataView, offset: number) {
  return exactDecimal(data.getUint8(offset) * 5, 1);
}

export const milesightEm300Th: DeviceProfile = {
  id: 'milesight-em300-th',
  manufacturer: 'Milesight',
  model: 'EM300-TH',
  cleared: true,
  channels: {
    temperature: { property: 'air-temperature', unit: 'Cel' },
    humidity: { property: 'relative-humidity', unit: '%' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
