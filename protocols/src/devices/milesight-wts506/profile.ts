import { type Decimal, exactDecimal } from '../../observation/decimal.ts';
import type { DeviceProfile } from '../device-profile.ts';
import { BATTERY_FIELD, decodeTlv, storedAt, type TlvField, tlvFields } from '../milesight-tlv.ts';
import { CLOCK_NOT_SET } from '../payload-reader.ts';

type ReadNumber = (data: DataView, offset: number) => Decimal;

const signedTenths: ReadNumber = (data, offset) => exactDecimal(data.getInt16(offset, true), 1);
const tenths: ReadNumber = (data, offset) => exactDecimal(data.getUint16(offset, true), 1);
const halfPercents: ReadNumber = (data, offset) => exactDecimal(data.getUint8(offset) * 5, 1);
const hundredths: ReadNumber = (data, offset) => exactDecimal(data.getUint16(offset, true), 2);
const longHundredths: ReadNumber = (data, offset) => exactDecimal(data.getUint32(offset, true), 2);

/** A live record; with an alarm, a byte that names the alarm follows. */
const live = (channel: string, length: number, read: ReadNumber): TlvField => ({
  length,
  read: (data, offset, found) => found.add({ channel, value: read(data, offset) }),
});

/** Where a stored record has what, behind its unix seconds. */
const storedWeather = (length: number, rain: ReadNumber): TlvField => {
  const parts: readonly [channel: string, at: number, read: ReadNumber][] = [
    ['temperature', 4, signedTenths],
    ['humidity', 6, halfPercents],
    ['pressure', 7, tenths],
    ['windDirection', 9, signedTenths],
    ['windSpeed', 11, tenths],
    ['rainTotal', 13, rain],
  ];
  return {
    length,
    read: (data, offset, found) => {
      const atMs = storedAt(data, offset);
      for (const [channel, at, read] of parts) {
        if (atMs === undefined) found.miss(channel, CLOCK_NOT_SET);
        else found.add({ channel, value: read(data, offset + at), atMs });
      }
    },
  };
};

const fields = tlvFields(
  {
    '01 75': BATTERY_FIELD,
    '03 67': live('temperature', 2, signedTenths),
    '83 67': live('temperature', 3, signedTenths),
    '04 68': live('humidity', 1, halfPercents),
    '05 84': live('windDirection', 2, signedTenths),
    '06 73': live('pressure', 2, tenths),
    '86 73': live('pressure', 3, tenths),
    '07 92': live('windSpeed', 2, tenths),
    '87 92': live('windSpeed', 3, tenths),
    '08 77': live('rainTotal', 3, hundredths),
    '08 ec': live('rainTotal', 5, longHundredths),
    '88 ec': live('rainTotal', 6, longHundredths),
    '20 ce': storedWeather(15, hundredths),
    '21 ce': storedWeather(17, longHundredths),
  },
  { '03': 2, '10': 1, '11': 4, '17': 2, '27': 1, '67': 1 },
);

export const milesightWts506: DeviceProfile = {
  id: 'milesight-wts506',
  manufacturer: 'Milesight',
  model: 'WTS506',
  cleared: true,
  channels: {
    temperature: { property: 'air-temperature', unit: 'Cel' },
    humidity: { property: 'relative-humidity', unit: '%' },
    pressure: { property: 'station-pressure', unit: 'hPa' },
    windSpeed: { property: 'wind-speed', unit: 'm/s' },
    windDirection: { property: 'wind-direction', unit: 'deg' },
    rainTotal: { property: 'rain-counter', unit: 'mm' },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
