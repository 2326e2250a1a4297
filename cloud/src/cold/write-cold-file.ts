import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { COLD_SCHEMA, columnsOf, type DatastreamTexts, fileMetadata } from './cold-columns.ts';
import { type ColdRow, compareInFile } from './cold-row.ts';
import { createRowDigest } from './digest-rows.ts';

const ZSTD_LEVEL = 3;

/** Moments after which a crash must lose nothing and repeat nothing; told, so that tests can end the work there. */
export type WriteStep = 'begun' | 'written' | 'synced' | 'renamed' | 'durable';

export interface ColdFileSettings {
  readonly organisation: string;
  readonly month: string;
  readonly groupRows: number;
  readonly describe: (datastream: number) => DatastreamTexts;
  readonly onStep?: (step: WriteStep) => void;
}

/** A month's file on its way: under another name until all of it is on the disk. */
export interface ColdFileWriter {
  /** Takes rows that come behind all before them in the order of the file. */
  add(rows: readonly ColdRow[]): void;
  /** Makes the file durable under its name; what was written, to be compared with what is read back. */
  finish(): ReturnType<ReturnType<typeof createRowDigest>['finish']>;
  /** Leaves what there was under the name as it was. */
  abandon(): void;
}

export function createColdFileWriter(file: string, settings: ColdFileSettings): ColdFileWriter {
  const { organisation, month, groupRows, describe, onStep = () => undefined } = settings;
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.tmp`;
  const descriptor = openSync(unfinished, 'w');
  onStep('begun');
  const writer = new ParquetWriter({
    writer: createDiskWriter(descriptor),
    schema: COLD_SCHEMA,
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    kvMetadata: fileMetadata(organisation, month),
    createdBy: 'meetbrug',
  });
  const digest = createRowDigest();
  let waiting: ColdRow[] = [];
  let last: ColdRow | undefined;

  const write = (rows: ColdRow[]) => {
    digest.add(rows);
    writer.write({ columnData: columnsOf(organisation, rows, describe), rowGroupSize: rows.length });
  };
  return {
    add(rows) {
      for (const row of rows) {
        if (last !== undefined && compareInFile(last, row) >= 0)
          throw new Error('rows do not come in the order of the file');
        last = row;
        waiting.push(row);
        if (waiting.length < groupRows) continue;
        write(waiting);
        waiting = [];
      }
    },
    finish() {
      if (waiting.length > 0) write(waiting);
      writer.finish();
      onStep('written');
      fsyncSync(descriptor);
      closeSync(descriptor);
      onStep('synced');
      renameSync(unfinished, file);
      onStep('renamed');
      syncFolder(dirname(file));
      syncFolder(dirname(dirname(file)));
      onStep('durable');
      return digest.finish();
    },
    abandon: () => closeSync(descriptor),
  };
}

function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } });
}

/** Hands over to the disk after each row group, so that memory holds one of them whatever the month. */
function createDiskWriter(descriptor: number): ByteWriter {
  const writer = new ByteWriter();
  const flush = () => {
    const bytes = new Uint8Array(writer.buffer, 0, writer.index);
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    writer.index = 0;
  };
  return Object.assign(writer, { flush, finish: flush });
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
