import { zstdCompressSync } from 'node:zlib';
import { decimalToNumber } from '@meetbrug/protocols/observation';
import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { Column } from './column.ts';

/** A row group, and where it stands in the file. */
export interface ParquetGroup {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly groups: readonly RowGroup[];
}

const MAGIC_BYTES = 4;
/** `PAR1`: how a file begins and ends. */
export const PARQUET_MAGIC = new TextEncoder().encode('PAR1');

const CREATED_BY = 'meetbrug';
const COMPRESSION = {
  codec: 'ZSTD',
  compressors: { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)) },
} as const;

/** A file in parts that are made apart from each other, each told at which byte it begins. */
export function parquetGroup<Row>(columns: readonly Column<Row>[], rows: readonly Row[], offset: number): ParquetGroup {
  const bytes = new ByteWriter();
  // The writer begins with the magic of a file; its place is before ours, so that offsets in the footer are right.
  bytes.offset = offset - MAGIC_BYTES;
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), ...COMPRESSION });
  const columnData = columns.map((column) => columnSource(column, rows));
  void writer.write({ columnData, rowGroupSize: Math.max(1, rows.length) });
  return { bytes: bytes.getBytes().slice(MAGIC_BYTES), groups: writer.row_groups };
}

/** What ends a file whose groups take it up to `offset`. */
export function parquetFooter<Row>(
  columns: readonly Column<Row>[],
  groups: readonly RowGroup[],
  offset: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter();
  bytes.offset = offset - MAGIC_BYTES;
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy: CREATED_BY });
  writer.row_groups = [...groups];
  writer.num_rows = groups.reduce((sum, { num_rows }) => sum + num_rows, 0n);
  void writer.finish();
  return bytes.getBytes().slice(MAGIC_BYTES);
}

function schemaOf<Row>(columns: readonly Column<Row>[]): SchemaElement[] {
  return [{ name: 'root', num_children: columns.length }, ...columns.map(elementOf)];
}

function elementOf<Row>({ name, kind }: Column<Row>): SchemaElement {
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (kind) {
    case 'text':
      return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
    case 'instant':
      return {
        ...optional,
        type: 'INT64',
        converted_type: 'TIMESTAMP_MILLIS',
        logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
      };
    case 'integer':
      return { ...optional, type: 'INT64' };
    case 'decimal':
    case 'number':
      return { ...optional, type: 'DOUBLE' };
  }
}

function columnSource<Row>(column: Column<Row>, rows: readonly Row[]): ColumnSource {
  const data = rows.map((row) => cellOf(column, row));
  // Offset indexes would have to be kept until the end of the file.
  return { name: column.name, data, offsetIndex: false };
}

function cellOf<Row>(column: Column<Row>, row: Row): string | number | bigint | Date | undefined {
  if (column.kind === 'decimal') {
    const value = column.read(row);
    return value === undefined ? undefined : decimalToNumber(value);
  }
  const value = column.read(row);
  if (typeof value !== 'number') return value;
  if (column.kind === 'instant') return new Date(value);
  return column.kind === 'integer' ? BigInt(value) : value;
}
