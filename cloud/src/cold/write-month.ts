import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { parseDescription } from '../log/datastreams.ts';
import type { Store } from '../log/open-store.ts';
import { createExpiry } from '../retention/expiry.ts';
import type { DatastreamTexts } from './cold-columns.ts';
import { type ColdRow, compareInFile, mergeRows } from './cold-row.ts';
import { createColumnCache } from './column-cache.ts';
import { createRowDigest } from './digest-rows.ts';
import { spanOf } from './month.ts';
import { type ColdFile, openColdFile } from './open-cold-file.ts';
import { groupRowsOf, type MonthRows } from './plan-month.ts';
import { createFileRows, type FileRange } from './read-file-rows.ts';
import type { HotRows } from './read-hot-rows.ts';
import { createColdFileWriter, type WriteStep } from './write-cold-file.ts';

/** A month of one organisation that is to have a file, or another one. */
export interface MonthToWrite {
  readonly organisation: string;
  readonly month: string;
  /** Name of the file, taken over when it is durable. */
  readonly file: string;
  /** The file that counts now, whose rows the new one has too. */
  readonly before: ColdFile | undefined;
  /** About how many rows there are. */
  readonly rows: MonthRows;
  readonly onStep?: (step: WriteStep) => void;
}

const GROUP_CACHE_BYTES = 16_777_216;
const ALL: FileRange = {
  firstDatastream: 0,
  lastDatastream: Number.MAX_SAFE_INTEGER,
  fromMs: Number.NEGATIVE_INFINITY,
  toMs: Number.POSITIVE_INFINITY,
};

/**
 * Writes the file of a month out of the rows of the store and of the file before, without those that have expired, and
 * reads it back whole. It stops at each
 * `yield`, so that its thread can hear. Throws when what is read back is not what was written.
 * @returns what the file holds
 */
export function* writeMonth(
  store: Store,
  hot: HotRows,
  { organisation, month, file, before, rows, onStep }: MonthToWrite,
): Generator<undefined, { readonly rows: number; readonly bytes: number }> {
  const datastreams = store
    .prepare<[string], { id: number }>('SELECT id FROM datastream WHERE organisation = ? ORDER BY id')
    .all(organisation)
    .map(({ id }) => id);
  const groupRows = groupRowsOf(rows.hot + rows.cold);
  const describe = createDescriber(store);
  const expired = createExpiry(store)();
  const cold = createFileRows(createColumnCache(GROUP_CACHE_BYTES));
  const writer = createColdFileWriter(file, { organisation, month, groupRows, describe, ...(onStep && { onStep }) });
  try {
    for (const chunk of hot.chunks(datastreams, spanOf(month))) {
      const kept = before === undefined ? [] : cold.rows(before, chunk, Number.POSITIVE_INFINITY);
      const rows = mergeRows(chunk.rows, kept, compareInFile);
      writer.add(expired.any ? rows.filter((row) => !expired.has(row)) : rows);
      yield;
    }
  } catch (error) {
    writer.abandon();
    throw error;
  }
  const written = writer.finish();
  yield;
  const readBack = openColdFile(file);
  try {
    const digest = createRowDigest();
    for (const part of parts(readBack)) {
      digest.add(part);
      yield;
    }
    const { rows: count, hash } = digest.finish();
    if (count !== written.rows || hash !== written.hash) {
      throw new Error(`${file} holds other rows than were written: nothing is dropped from the store`);
    }
    return { rows: count, bytes: readBack.bytes };
  } finally {
    readBack.close();
  }
}

/** All rows of a file, a row group at a time. */
function* parts(file: ColdFile): Generator<ColdRow[]> {
  for (const [index] of file.groups.entries()) {
    const one: ColdFile = {
      ...file,
      groups: file.groups.slice(index, index + 1),
      column: (_, name) => file.column(index, name),
    };
    yield createFileRows(createColumnCache(GROUP_CACHE_BYTES)).rows(one, ALL, Number.POSITIVE_INFINITY);
  }
}

function createDescriber(store: Store): (datastream: number) => DatastreamTexts {
  const select = store.prepare<[number], { key: string; theme: string; body: string }>(`
    SELECT datastream.key, stream.name AS theme, description.body
    FROM datastream JOIN stream ON stream.id = datastream.stream JOIN description ON description.id = datastream.description
    WHERE datastream.id = ?`);
  let last: { readonly id: number; readonly texts: DatastreamTexts } | undefined;
  return (id) => {
    // Rows of one datastream follow each other.
    if (last?.id === id) return last.texts;
    const row = select.get(id);
    if (row === undefined) throw new Error(`datastream ${id} has observations and no description`);
    const property = OBSERVED_PROPERTIES[parseDescription(row.body).property];
    const texts = { datastream: row.key, theme: row.theme, property: property.key, unit: property.unit };
    last = { id, texts };
    return texts;
  };
}
