import { decimalToNumber } from '@meetbrug/protocols/observation';
import {
  type Data,
  type DataType,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { Column } from './column.ts';

/** The end-of-stream marker of the IPC streaming format: a continuation and a length of zero. */
const END_BYTES = 8;

/**
 * An Arrow IPC stream in parts that are made apart from each other: `begin` is its schema, `rows` one record batch,
 * `end` its marker. Joined in that order they are one stream.
 */
export interface ArrowParts<Row> {
  begin(): Uint8Array;
  rows(rows: readonly Row[]): Uint8Array;
  end(): Uint8Array;
}

export function createArrowParts<Row>(columns: readonly Column<Row>[]): ArrowParts<Row> {
  const schema = new Schema(columns.map((column) => new Field(column.name, typeOf(column), true)));
  const empty = encode(schema, []);
  const schemaBytes = empty.length - END_BYTES;
  return {
    begin: () => empty.subarray(0, schemaBytes),
    rows(rows) {
      if (rows.length === 0) return new Uint8Array(0);
      const children = columns.map((column) => columnData(column, rows));
      const type = new Struct(schema.fields);
      const batch = new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }));
      return encode(schema, [batch]).subarray(schemaBytes, -END_BYTES);
    },
    end: () => empty.subarray(schemaBytes),
  };
}

function encode(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const writer = new RecordBatchStreamWriter();
  writer.reset(undefined, schema);
  for (const batch of batches) writer.write(batch);
  writer.finish();
  return writer.toUint8Array(true);
}

function typeOf<Row>({ kind }: Column<Row>): DataType {
  switch (kind) {
    case 'text':
      return new Utf8();
    case 'instant':
      return new TimestampMillisecond('UTC');
    case 'integer':
      return new Int64();
    case 'decimal':
    case 'number':
      return new Float64();
  }
}

function columnData<Row>(column: Column<Row>, rows: readonly Row[]): Data {
  const values = rows.map((row) => {
    switch (column.kind) {
      case 'integer': {
        const value = column.read(row);
        return value === undefined ? null : BigInt(value);
      }
      case 'decimal': {
        const value = column.read(row);
        return value === undefined ? null : decimalToNumber(value);
      }
      default:
        return column.read(row) ?? null;
    }
  });
  const [data] = vectorFromArray(values as never[], typeOf(column)).data;
  if (data === undefined) throw new Error(`column ${column.name} has no data`);
  return data;
}
