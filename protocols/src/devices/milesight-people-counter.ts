import { exactDecimal } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { Channel, CounterTraits } from './device-profile.ts';
import { extendedAnswers, storedAt, type TlvField, type TlvFields, tlvFields } from './milesight-tlv.ts';
import { CLOCK_NOT_SET, type PayloadReadings } from './payload-reader.ts';

/** 32 bits. More than five people a second do not pass one line under the sensor. */
const TOTAL_COUNTER: CounterTraits = { counts: 'pedestrian-count', widthBits: 32, countsPerSecondMax: 5 };

/** The lines that a counter can have, each with the channel id of its total in; total out and the period follow. */
const LINE_STARTS: ReadonlyMap<number, number> = new Map([
  [1, 0x03],
  [2, 0x06],
  [3, 0x09],
  [4, 0x0c],
]);
const CHILDREN_STARTS = [0x11, 0x14, 0x17, 0x1a];

const LINE_CHANNELS = ['periodIn', 'periodOut', 'totalIn', 'totalOut'] as const;

/** The first line goes by the plain name, because that is all that most counters have. */
function lineChannel(line: number, name: (typeof LINE_CHANNELS)[number]): string {
  return line === 1 ? name : `line${line}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function channelsOfLine(line: number): [string, Channel][] {
  return LINE_CHANNELS.map((name): [string, Channel] => {
    const direction = name.endsWith('In') ? 'in' : 'out';
    const ofLine = { unit: '{count}', direction, ...(line === 1 ? {} : { part: `line-${line}` }) } as const;
    return name.startsWith('period')
      ? [lineChannel(line, name), { ...ofLine, property: 'pedestrian-count', overInterval: true }]
      : [lineChannel(line, name), { ...ofLine, property: 'pedestrian-counter', counter: TOTAL_COUNTER }];
  });
}

/** What the time-of-flight people counters (VS133, VS135) measure at each of their lines and in their first region. */
export const PEOPLE_COUNTER_CHANNELS: Readonly<Record<string, Channel>> = {
  ...Object.fromEntries([...LINE_STARTS.keys()].flatMap(channelsOfLine)),
  present: { property: 'people-present', unit: '{count}' },
};

/** What one kind of record says, by the channel id of its live form; a stored record repeats that id as its kind. */
interface Measured {
  readonly channels: readonly string[];
  readonly read: (data: DataView, offset: number, found: PayloadReadings, atMs?: EpochMs) => void;
}

const measured = (channels: readonly string[], at: (data: DataView, offset: number, index: number) => number) => ({
  channels,
  read: (data: DataView, offset: number, found: PayloadReadings, atMs?: EpochMs) =>
    channels.forEach((channel, index) => {
      const value = exactDecimal(at(data, offset, index));
      found.add({ channel, value, ...(atMs === undefined ? {} : { atMs }) });
    }),
});

const total = (channel: string) => measured([channel], (data, offset) => data.getUint32(offset, true));

function recordsOfLine([line, start]: [number, number]): [number, Measured][] {
  const channel = (name: (typeof LINE_CHANNELS)[number]) => lineChannel(line, name);
  const period = [channel('periodIn'), channel('periodOut')];
  return [
    [start, total(channel('totalIn'))],
    [start + 1, total(channel('totalOut'))],
    [start + 2, measured(period, (data, offset, index) => data.getUint16(offset + index * 2, true))],
  ];
}

/** The lines and the first region. */
const MEASURED: ReadonlyMap<number, Measured> = new Map([
  ...[...LINE_STARTS].flatMap(recordsOfLine),
  [0x0f, measured(['present'], (data, offset) => data.getUint8(offset))],
]);

const PLAIN_BYTES = 4;
const DWELL_BYTES = 5;
/** Unix seconds and a byte for the kind, then 4 bytes, or 3 of a dwell time. */
const STORED_HEAD_BYTES = 5;
const STORED_DWELL_BYTES = 3;
const STORED_DWELL_KINDS: ReadonlySet<number> = new Set([0x10, 0x20, 0x1e, 0x3c]);
const STORED_KIND_LAST = 0x1d;

function plain(id: number): TlvField {
  const found = MEASURED.get(id);
  return found === undefined ? { length: PLAIN_BYTES } : { length: PLAIN_BYTES, read: found.read };
}

/** Lines 1 to 4 of all people and of children: total in, total out, both of the period. */
function lineFields(): [string, TlvField][] {
  return [...LINE_STARTS.values(), ...CHILDREN_STARTS].flatMap((start): [string, TlvField][] => [
    [`${hex(start)} d2`, plain(start)],
    [`${hex(start + 1)} d2`, plain(start + 1)],
    [`${hex(start + 2)} cc`, plain(start + 2)],
  ]);
}

function hex(id: number): string {
  return id.toString(16).padStart(2, '0');
}

function storedLength(data: DataView, offset: number): number | undefined {
  if (offset + STORED_HEAD_BYTES > data.byteLength) return STORED_HEAD_BYTES;
  const kind = data.getUint8(offset + 4);
  if (STORED_DWELL_KINDS.has(kind)) return STORED_HEAD_BYTES + STORED_DWELL_BYTES;
  return kind >= 0x03 && kind <= STORED_KIND_LAST ? STORED_HEAD_BYTES + PLAIN_BYTES : undefined;
}

function readStored(data: DataView, offset: number, found: PayloadReadings): void {
  const stored = MEASURED.get(data.getUint8(offset + 4));
  if (stored === undefined) return;
  const atMs = storedAt(data, offset);
  if (atMs !== undefined) stored.read(data, offset + STORED_HEAD_BYTES, found, atMs);
  else for (const channel of stored.channels) found.miss(channel, CLOCK_NOT_SET);
}

/** The records of the VS133 and the VS135. */
export const PEOPLE_COUNTER_FIELDS: TlvFields = tlvFields(
  {
    ...Object.fromEntries(lineFields()),
    '0f e3': plain(0x0f),
    '1d e3': { length: PLAIN_BYTES },
    '10 e4': { length: DWELL_BYTES },
    '1e e4': { length: DWELL_BYTES },
    '20 ce': { length: storedLength, read: readStored },
    '50 fc': { length: 3 },
    'ff 1f': { length: 4 },
    ...extendedAnswers({ '84': 3, '85': 2, '86': 1, '87': 1, '88': 2 }),
  },
  {
    '03': 2,
    '04': 1,
    '10': 1,
    '11': 4,
    '27': 1,
    '40': 1,
    '42': 1,
    '43': 1,
    '44': 1,
    '51': 1,
    '68': 1,
    '69': 1,
    '6a': 3,
    '6d': 1,
  },
);
