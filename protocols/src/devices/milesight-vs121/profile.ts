import { exactDecimal } from '../../observation/decimal.ts';
import type { EpochMs } from '../../observation/instant.ts';
import type { CounterTraits, DeviceProfile } from '../device-profile.ts';
import { decodeTlv, extendedAnswers, storedAt, type TlvField, tlvFields } from '../milesight-tlv.ts';
import { CLOCK_NOT_SET, type PayloadReadings } from '../payload-reader.ts';

/** Numbers of one record, each of `bytes` bytes, in the order of their channels. */
interface Counts {
  readonly bytes: 1 | 2;
  readonly channels: readonly string[];
}

const PRESENT: Counts = { bytes: 1, channels: ['present'] };
const PERIOD: Counts = { bytes: 2, channels: ['periodIn', 'periodOut'] };
const TOTALS: Counts = { bytes: 2, channels: ['totalIn', 'totalOut'] };

const counts = (length: number, numbers: Counts): TlvField => ({
  length,
  read: (data, offset, found) => readCounts(data, offset, found, numbers),
});

/** Regions, flows between them and dwell times: read past. */
const past = (length: number): TlvField => ({ length });

/** What a stored record holds behind its unix seconds and its kind: bytes, and the numbers that are read from them. */
const STORED: ReadonlyMap<number, { readonly bytes: number; readonly numbers?: Counts }> = new Map([
  [0x01, { bytes: 4, numbers: PRESENT }],
  [0x02, { bytes: 4, numbers: PERIOD }],
  [0x03, { bytes: 1 }],
  ...Array.from({ length: 12 }, (_, index) => [0x04 + index, { bytes: 4 }] as const),
  [0x10, { bytes: 4, numbers: TOTALS }],
  [0x11, { bytes: 5 }],
  [0x12, { bytes: 4 }],
]);
const STORED_HEAD_BYTES = 5;

const fields = tlvFields(
  {
    '04 c9': counts(4, PRESENT),
    '05 cc': counts(4, PERIOD),
    '06 cd': past(1),
    '07 d5': past(8),
    '08 d5': past(8),
    '09 da': past(8),
    '0a da': past(8),
    '0b da': past(8),
    '0c da': past(8),
    '0d cc': counts(4, TOTALS),
    '0e e4': past(5),
    '0f 85': { length: 4, read: (data, offset, found) => found.measuredAt(storedAt(data, offset)) },
    '10 f7': past(4),
    '20 ce': { length: storedLength, read: readStored },
    'ff 08': { length: serialNumberLength },
    'ff 1f': past(4),
    ...extendedAnswers({
      '10': 1,
      '11': 1,
      '3d': 1,
      '85': 2,
      '86': 1,
      '87': 1,
      '88': 2,
      '89': 2,
      '8b': 1,
      '8c': 1,
      '8d': 4,
      '8e': 4,
      '90': 6,
      '91': 5,
      '92': 3,
      '93': 1,
      '94': 1,
      '95': 6,
      '96': 3,
      '97': 2,
      '98': 1,
      '99': 7,
      b7: 3,
      ba: 1,
      cd: 1,
      cf: 1,
      d0: 1,
      d1: 1,
      d2: 1,
      d3: 1,
      d4: 1,
      d5: 2,
      d6: 4,
      d7: 7,
      d8: 1,
      dc: 1,
      dd: 1,
    }),
  },
  {
    '03': 3,
    '04': 1,
    '05': 3,
    '10': 1,
    '11': 4,
    '35': 8,
    '40': 1,
    '41': 1,
    '42': 1,
    '43': 1,
    '44': 1,
    '45': 1,
    '46': 3,
    '48': 1,
    '50': 1,
    '51': 1,
    '69': 1,
    '6a': 3,
    '84': 1,
  },
);

/** Six bytes, or eight on newer models: what follows is the end or another record of device information (FF). */
function serialNumberLength(data: DataView, offset: number): number {
  const ends = (length: number) => offset + length >= data.byteLength || data.getUint8(offset + length) === 0xff;
  return !ends(6) && ends(8) ? 8 : 6;
}

function storedLength(data: DataView, offset: number): number | undefined {
  if (offset + STORED_HEAD_BYTES > data.byteLength) return STORED_HEAD_BYTES;
  const stored = STORED.get(data.getUint8(offset + 4));
  return stored === undefined ? undefined : STORED_HEAD_BYTES + stored.bytes;
}

function readStored(data: DataView, offset: number, found: PayloadReadings): void {
  const numbers = STORED.get(data.getUint8(offset + 4))?.numbers;
  if (numbers === undefined) return;
  const atMs = storedAt(data, offset);
  if (atMs !== undefined) readCounts(data, offset + STORED_HEAD_BYTES, found, numbers, atMs);
  else for (const channel of numbers.channels) found.miss(channel, CLOCK_NOT_SET);
}

function readCounts(
  data: DataView,
  offset: number,
  found: PayloadReadings,
  { bytes, channels }: Counts,
  atMs?: EpochMs,
): void {
  channels.forEach((channel, index) => {
    const at = offset + index * bytes;
    const value = exactDecimal(bytes === 1 ? data.getUint8(at) : data.getUint16(at, true));
    found.add({ channel, value, ...(atMs === undefined ? {} : { atMs }) });
  });
}

/** 16 bits: after 65535 comes 0. More than five people a second do not pass one line under the sensor. */
const TOTAL_COUNTER: CounterTraits = { counts: 'pedestrian-count', widthBits: 16, countsPerSecondMax: 5 };

/** Not cleared: the longest dwell time in a region is that of one person. */
export const milesightVs121: DeviceProfile = {
  id: 'milesight-vs121',
  manufacturer: 'Milesight',
  model: 'VS121',
  channels: {
    present: { property: 'people-present', unit: '{count}' },
    periodIn: { property: 'pedestrian-count', unit: '{count}', direction: 'in', overInterval: true },
    periodOut: { property: 'pedestrian-count', unit: '{count}', direction: 'out', overInterval: true },
    totalIn: { property: 'pedestrian-counter', unit: '{count}', direction: 'in', counter: TOTAL_COUNTER },
    totalOut: { property: 'pedestrian-counter', unit: '{count}', direction: 'out', counter: TOTAL_COUNTER },
  },
  decode: (payload, port) => decodeTlv(fields, payload, port),
};
