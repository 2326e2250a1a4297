import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { type ColumnMetaData, type FileMetaData, parquetMetadata, parquetSchema, type RowGroup } from 'hyparquet';
import { readColumn } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { METADATA_KEY } from './cold-columns.ts';

/** A row group: where its rows lie in the order of the file. */
export interface ColdGroup {
  readonly rows: number;
  readonly firstDatastream: number;
  readonly lastDatastream: number;
  /** Least and greatest begin, of whatever datastream. */
  readonly leastMs: number;
  readonly greatestMs: number;
}

/** A month's file, open to be read. */
export interface ColdFile {
  readonly groups: readonly ColdGroup[];
  readonly rows: number;
  readonly bytes: number;
  /** Numbers of a column, NaN where there is none. */
  column(group: number, name: string): Float64Array;
  close(): void;
}

/** A file that is not there, is damaged or is none of ours. */
export class ColdFileUnreadable extends Error {
  override readonly name = 'ColdFileUnreadable';
}

const TAIL_BYTES = 8;

/**
 * Opens a file that {@link writeColdFile} made. Reading is synchronous and by row group, as look-ups in the middle of a
 * commit need it, so pages are decoded with hyparquet's own column reader. Throws for a file that is none of ours or is damaged.
 */
export function openColdFile(file: string): ColdFile {
  const descriptor = openSync(file, 'r');
  try {
    return readColdFile(file, descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function readColdFile(file: string, descriptor: number): ColdFile {
  const bytes = fstatSync(descriptor).size;
  const read = (from: number, length: number): Uint8Array => {
    const buffer = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = readSync(descriptor, buffer, done, length - done, from + done);
      if (count === 0) throw new Error(`${file} ends before its time`);
      done += count;
    }
    return buffer;
  };
  const tail = new DataView(read(bytes - TAIL_BYTES, TAIL_BYTES).buffer);
  const footerBytes = tail.getUint32(0, true) + TAIL_BYTES;
  if (footerBytes > bytes) throw new Error(`${file} is no Parquet file`);
  const metadata = parquetMetadata(read(bytes - footerBytes, footerBytes));
  if (!metadata.key_value_metadata?.some(({ key }) => key === METADATA_KEY)) {
    throw new Error(`${file} was not written by this program`);
  }
  const decode = createColumnDecoder(metadata, read);
  return {
    groups: metadata.row_groups.map(toGroup),
    rows: Number(metadata.num_rows),
    bytes,
    column: (group, name) => decode(metadata.row_groups[group] as RowGroup, name),
    close: () => closeSync(descriptor),
  };
}

function chunkOf(group: RowGroup, name: string): ColumnMetaData {
  const chunk = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data;
  if (chunk === undefined) throw new Error(`a row group has no column ${name}`);
  return chunk;
}

function toGroup(group: RowGroup): ColdGroup {
  const datastreams = chunkOf(group, 'datastream_id').statistics;
  const begins = chunkOf(group, 'begin').statistics;
  const instant = (value: unknown) => (value instanceof Date ? value.getTime() : Number(value));
  return {
    rows: Number(group.num_rows),
    firstDatastream: Number(datastreams?.min_value),
    lastDatastream: Number(datastreams?.max_value),
    leastMs: instant(begins?.min_value),
    greatestMs: instant(begins?.max_value),
  };
}

function createColumnDecoder(metadata: FileMetaData, read: (from: number, length: number) => Uint8Array) {
  const root = parquetSchema(metadata);
  const compressors = { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) };
  return (group: RowGroup, name: string): Float64Array => {
    const chunk = chunkOf(group, name);
    const node = root.children.find(({ element }) => element.name === name);
    if (node === undefined) throw new Error(`the schema has no column ${name}`);
    const { type, repetition_type } = node.element;
    // Without its logical type an instant comes as the number that it is.
    const element = { name, ...(type && { type }), ...(repetition_type && { repetition_type }) };
    const rows = Number(group.num_rows);
    const constant = constantOf(chunk, rows);
    if (constant !== undefined) return new Float64Array(rows).fill(constant);
    const from = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset);
    const bytes = read(from, Number(chunk.total_compressed_size));
    const { data } = readColumn(
      { view: new DataView(bytes.buffer), offset: 0 },
      { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows },
      {
        pathInSchema: chunk.path_in_schema,
        type: chunk.type,
        codec: chunk.codec,
        element,
        schemaPath: [root, { ...node, element }],
        parsers: DEFAULT_PARSERS,
        compressors,
      },
    );
    return toNumbers(data, rows);
  };
}

/** The number that all rows have, as the bounds of the column tell it: NaN when none has one; most columns are so. */
function constantOf({ type, statistics }: ColumnMetaData, rows: number): number | undefined {
  const { null_count: nulls, min_value: least, max_value: greatest } = statistics ?? {};
  if (nulls === undefined || (type !== 'INT32' && type !== 'INT64')) return undefined;
  if (Number(nulls) === rows) return Number.NaN;
  const [from, to] = [Number(least), Number(greatest)];
  return Number(nulls) === 0 && least !== undefined && from === to ? from : undefined;
}

function toNumbers(pages: readonly ArrayLike<unknown>[], rows: number): Float64Array {
  const numbers = new Float64Array(rows);
  let at = 0;
  for (const page of pages) {
    for (let index = 0; index < page.length; index++) {
      const value = page[index];
      numbers[at++] = value === null || value === undefined ? Number.NaN : Number(value);
    }
  }
  if (at !== rows) throw new Error(`a column has ${at} values for ${rows} rows`);
  return numbers;
}
