import { unpackQuality } from '@meetbrug/protocols/observation';
import type { KeyValue, SchemaElement } from 'hyparquet';
import type { ColumnSource } from 'hyparquet-writer';
import type { ColdRow } from './cold-row.ts';

/** What a file says of a datastream beside its number, so that readers need nothing but the file. */
export interface DatastreamTexts {
  readonly datastream: string;
  readonly theme: string;
  readonly property: string;
  readonly unit: string;
}

/** Key of the metadata by which a file is known for one of ours. */
export const METADATA_KEY = 'meetbrug';

const UTF8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const INT64 = { type: 'INT64' } as const;
const INSTANT = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
} as const;
const OPTIONAL = { repetition_type: 'OPTIONAL' } as const;

type ColumnType = Omit<SchemaElement, 'name'>;

/**
 * The columns of a file. For people: names, instants and `value`, a double that is there for convenience. Exact are
 * `mantissa` × 10^-`scale`; a suppressed count has neither and lies from 0 to `below` − 1.
 */
const COLUMNS: Readonly<Record<string, ColumnType>> = {
  organisation: UTF8,
  theme: UTF8,
  datastream: UTF8,
  property: UTF8,
  unit: UTF8,
  begin: INSTANT,
  end: { ...INSTANT, ...OPTIONAL },
  value: { type: 'DOUBLE', ...OPTIONAL },
  mantissa: { ...INT64, ...OPTIONAL },
  scale: { type: 'INT32', ...OPTIONAL },
  below: { ...INT64, ...OPTIONAL },
  quality: UTF8,
  time_source: UTF8,
  result: INSTANT,
  generated: INSTANT,
  revision: INT64,
  confirmed_revision: INT64,
  quality_code: { type: 'INT32' },
  datastream_id: { type: 'INT32' },
};

export const COLD_SCHEMA: SchemaElement[] = [
  { name: 'observations', num_children: Object.keys(COLUMNS).length },
  ...Object.entries(COLUMNS).map(([name, type]): SchemaElement => ({ repetition_type: 'REQUIRED', ...type, name })),
];

/** What {@link METADATA_KEY} holds: the version of these columns, and whose file it is. */
export function fileMetadata(organisation: string, month: string): KeyValue[] {
  return [{ key: METADATA_KEY, value: JSON.stringify({ version: 1, organisation, month }) }];
}

/** Differences of neighbours are small where rows of one datastream follow in time: 5.4 bytes a row instead of 10. */
const DELTA = 'DELTA_BINARY_PACKED';

/** Rows of one organisation as columns, in the order of the schema. Throws for a datastream that is not described. */
export function columnsOf(
  organisation: string,
  rows: readonly ColdRow[],
  describe: (datastream: number) => DatastreamTexts,
): ColumnSource[] {
  const texts = rows.map(({ datastream }) => describe(datastream));
  const qualities = rows.map(({ quality }) => textsOfQuality(quality));
  const text = (name: string, data: string[]): ColumnSource => ({ name, data });
  const whole = (name: string, of: (row: ColdRow) => number): ColumnSource => ({
    name,
    data: BigInt64Array.from(rows, (row) => BigInt(of(row))),
    encoding: DELTA,
  });
  const small = (name: string, of: (row: ColdRow) => number): ColumnSource => ({
    name,
    data: Int32Array.from(rows, of),
    encoding: DELTA,
  });
  const optional = (name: string, of: (row: ColdRow) => number | null): ColumnSource => ({
    name,
    data: rows.map((row) => toBigInt(of(row))),
    encoding: DELTA,
  });
  return [
    text(
      'organisation',
      rows.map(() => organisation),
    ),
    text(
      'theme',
      texts.map(({ theme }) => theme),
    ),
    text(
      'datastream',
      texts.map(({ datastream }) => datastream),
    ),
    text(
      'property',
      texts.map(({ property }) => property),
    ),
    text(
      'unit',
      texts.map(({ unit }) => unit),
    ),
    whole('begin', ({ beginMs }) => beginMs),
    optional('end', ({ endMs }) => endMs),
    { name: 'value', data: rows.map(({ mantissa, scale }) => toDouble(mantissa, scale)) },
    optional('mantissa', ({ mantissa }) => mantissa),
    { name: 'scale', data: rows.map(({ scale }) => scale) },
    optional('below', ({ below }) => below),
    text(
      'quality',
      qualities.map(({ flags }) => flags),
    ),
    text(
      'time_source',
      qualities.map(({ timeSource }) => timeSource),
    ),
    whole('result', ({ resultMs }) => resultMs),
    whole('generated', ({ stampMs }) => stampMs),
    whole('revision', ({ revision }) => revision),
    whole('confirmed_revision', ({ confirmedRevision }) => confirmedRevision),
    small('quality_code', ({ quality }) => quality),
    small('datastream_id', ({ datastream }) => datastream),
  ];
}

function toBigInt(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function toDouble(mantissa: number | null, scale: number | null): number | null {
  return mantissa === null || scale === null ? null : mantissa / 10 ** scale;
}

function textsOfQuality(code: number): { readonly flags: string; readonly timeSource: string } {
  const quality = unpackQuality(code);
  return { flags: quality?.flags.join(' ') ?? '', timeSource: quality?.timeSource ?? '' };
}
