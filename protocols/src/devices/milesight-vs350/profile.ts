import { exactDecimal } from '../../observation/decimal.ts';
import type { EpochMs } from '../../observation/instant.ts';
import type { CounterTraits, DeviceProfile } from '../device-profile.ts';
import { BATTERY_FIELD, decodeTlv, storedAt, type TlvField, tlvFields } from '../milesight-tlv.ts';
import { CLOCK_NOT_SET, type PayloadReadings } from '../payload-reader.ts';

type CountChannels = readonly [incoming: string, outgoing: string];
const TOTALS: CountChannels = ['totalIn', 'totalOut'];
const PERIOD: CountChannels = ['periodIn', 'periodOut'];

const PERIOD_RECORD_BYTES = 9;
const PERIOD_AND_TOTALS_RECORD_BYTES = 13;

const temperature = (length: number): TlvField => ({
  length,
  read: (data, offset, found) =>
    found.add({ channel: 'temperature', value: exactDecimal(data.getInt16(offset, true), 1) }),
});

const counts = (length: number, channels: CountChannels): TlvField => ({
  length,
  read: (data, offset, found) => readCounts(data, offset, found, channels),
});

/** A record with an alarm is the plain one, then a byte that names the alarm. */
const fields = tlvFields(
  {
    '01 75': BATTERY_FIELD,
    '03 67': temperature(2),
    '83 67': temperature(3),
    '04 cc': counts(4, TOTALS),
    '84 cc': counts(5, TOTALS),
    '05 cc': counts(4, PERIOD),
    '85 cc': counts(5, PERIOD),
    '0a ef': { length: 4, read: (data, offset, found) => found.measuredAt(storedAt(data, offset)) },
    '20 ce': { length: storedRecordLength, read: readStoredRecord },
    'f8 10': { length: 2 },
    'f9 10': { length: 1 },
  },
  {
    '06': 9,
    '10': 1,
    '28': 1,
    '35': 8,
    '4a': 1,
    '68': 1,
    '69': 1,
    '6a': 3,
    '6b': 1,
    '6d': 1,
    '84': 1,
    '8e': 3,
    '96': 8,
    a6: 1,
    a7: 2,
    a8: 1,
    a9: 1,
    aa: 1,
    ab: 3,
    bd: 2,
    ef: 3,
  },
);

/** The byte behind the time says whether the totals follow the period counts. */
function storedRecordLength(data: DataView, offset: number): number | undefined {
  if (offset + PERIOD_RECORD_BYTES > data.byteLength) return PERIOD_RECORD_BYTES;
  switch (data.getUint8(offset + 4)) {
    case 0:
      return PERIOD_RECORD_BYTES;
    case 1:
      return PERIOD_AND_TOTALS_RECORD_BYTES;
    default:
      return undefined;
  }
}

function readStoredRecord(data: DataView, offset: number, found: PayloadReadings): void {
  const withTotals = data.getUint8(offset + 4) === 1;
  const atMs = storedAt(data, offset);
  if (atMs === undefined) {
    for (const channel of withTotals ? [...PERIOD, ...TOTALS] : PERIOD) found.miss(channel, CLOCK_NOT_SET);
    return;
  }
  readCounts(data, offset + 5, found, PERIOD, atMs);
  if (withTotals) readCounts(data, offset + 9, found, TOTALS, atMs);
}

function readCounts(data: DataView, offset: number, found: PayloadReadings, channels: CountChannels, atMs?: EpochMs) {
  const time = atMs === undefined ? {} : { atMs };
  found.add({ channel: channels[0], value: exactDecimal(data.getUint16(offset, true)), ...time });
  found.add({ channel: channels[1], value: exactDecimal(data.getUint16(offset + 2, true)), ...time });
}

/** 16 bits: after 65535 comes 0. More than five people a second do not pass one line under the sensor. */
const TOTAL_COUNTER: CounterTraits = { counts: 'pedestrian-count', widthBits: 16, countsPerSecondMax: 5 };

export const milesightVs350: DeviceProfile = {
  id: 'milesight-vs350',
  manufacturer: 'Milesight',
  model: 'VS350',
  cleared: true,
  channels: {
    periodIn: { property: 'pedestrian-count', unit: '{count}', direction: 'in', overInterval: true },
    periodOut: { property: 'pedestrian-count', unit: '{count}', direction: 'out', overInterval: true },
    totalIn: { property: 'pedestrian-counter', unit: '{count}', direction: 'in', counter: TOTAL_COUNTER },
    totalOut: { property: 'pedestrian-counter', unit: '{count}', direction: 'out', counter: TOTAL_COUNTER },
    /** Inside the housing, so no air temperature until a city says that the device hangs outdoors and shielded. */
    temperature: { property: 'probe-temperature', unit: 'Cel', alternatives: ['air-temperature'] },
    battery: { property: 'battery-level', unit: '%' },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
