import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { T0 } from '../cloud/test-edge.ts';
import { keyOf, type QueryLab, withLab } from './query-lab.ts';

const MINUTE_MS = 60_000;
/** More than one part of every format. */
const ROWS = 25_000;
const VALUES = ['-4.123456789', '0', '31.3', '12.000000001', '-0.1'];
const valueAt = (index: number) => VALUES[index % VALUES.length] as string;
const observations = Array.from({ length: ROWS }, (_, index) => [T0 - index * MINUTE_MS, valueAt(index)] as const);
const inOrder = observations.toReversed();

async function exportAs(lab: QueryLab, format: string, more = ''): Promise<Response> {
  const response = await fetch(
    `${lab.api}/datastreams/${keyOf(1)}/observations?format=${format}&from=2026-01-01T00:00:00Z${more}`,
  );
  expect(response.status).toBe(200);
  return response;
}

async function inDuckDb(bytes: Uint8Array, sql: (file: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-duckdb-'));
  try {
    const file = join(folder, 'export');
    writeFileSync(file, bytes);
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(sql(file));
    return reader.getRows();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a series of many parts is the same in every format, as independent programs read it', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, observations);

    const csv = new Uint8Array(await (await exportAs(lab, 'csv')).arrayBuffer());
    const lines = new TextDecoder().decode(csv).trimEnd().split('\r\n');
    expect(lines).toHaveLength(ROWS + 1);
    const names = lines[0]?.split(',') ?? [];
    const column = (name: string) => lines.slice(1).map((line) => line.split(',')[names.indexOf(name)]);
    expect(column('value')).toEqual(inOrder.map(([, value]) => value));
    expect(column('begin').map((text) => Date.parse(text ?? ''))).toEqual(inOrder.map(([beginMs]) => beginMs));

    const json = await (await exportAs(lab, 'json', '&limit=none')).text();
    expect([...json.matchAll(/"value":([^,]+),/g)].map(([, value]) => value)).toEqual(
      inOrder.map(([, value]) => value),
    );
    expect(JSON.parse(json)).toMatchObject({ datastream: keyOf(1), next: null });

    const arrow = tableFromIPC(new Uint8Array(await (await exportAs(lab, 'arrow')).arrayBuffer()));
    expect(arrow.numRows).toBe(ROWS);
    expect([...(arrow.getChild('value') ?? [])]).toEqual(inOrder.map(([, value]) => Number(value)));
    expect([...(arrow.getChild('begin') ?? [])].map(Number)).toEqual(inOrder.map(([beginMs]) => beginMs));

    const parquet = await (await exportAs(lab, 'parquet')).arrayBuffer();
    const objects = await parquetReadObjects({
      file: parquet,
      compressors: { ZSTD: (bytes) => zstdDecompressSync(bytes) },
    });
    expect(objects.map(({ value }) => value)).toEqual(inOrder.map(([, value]) => Number(value)));
    expect(objects.at(0)).toMatchObject({ organisation: 'demo', datastream: keyOf(1), property: 'air-temperature' });
    const exact = objects.map(({ mantissa, scale }) => Number(`${mantissa}e-${scale}`));
    expect(exact).toEqual(inOrder.map(([, value]) => Number(value)));

    const figures =
      'count(*)::INTEGER, sum(value::DECIMAL(18, 6))::VARCHAR, min(epoch_ms("begin"))::DOUBLE, max(epoch_ms("begin"))::DOUBLE';
    const fromParquet = await inDuckDb(
      new Uint8Array(parquet),
      (file) => `SELECT ${figures} FROM read_parquet('${file}')`,
    );
    const fromCsv = await inDuckDb(csv, (file) => `SELECT ${figures} FROM read_csv('${file}', header = true)`);
    expect(fromParquet[0]?.[0]).toBe(ROWS);
    expect(fromParquet[0]?.slice(2)).toEqual([inOrder.at(0)?.[0], inOrder.at(-1)?.[0]]);
    expect(fromCsv).toEqual(fromParquet);
  });
}, 120_000);

test('CSV opens in Excel: semicolons, decimal commas and a byte order mark by choice, local times with their offset', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, [[T0, '31.3']]);
    const response = await exportAs(lab, 'csv', '&locale=nl&bom=true&zone=Europe/Brussels');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [header, line] = bytes.subarray(3).toString().split('\r\n');
    expect(header).toMatch(/^organisation;datastream;property;unit;begin;end;result;value;/);
    expect(line).toContain(
      `demo;${keyOf(1)};air-temperature;Cel;2026-07-01T14:00:00+02:00;;2026-07-01T14:00:00+02:00;31,3;`,
    );
  });
});

test('the format is that of Accept, and one that is not there is refused with those that are', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, [[T0, '31.3']]);
    const ask = async (path: string, accept: string) => {
      const response = await fetch(`${lab.api}${path}`, { headers: { Accept: accept } });
      await response.arrayBuffer();
      return [response.status, response.headers.get('content-type')?.split(';')[0]];
    };
    const series = `/datastreams/${keyOf(1)}/observations`;
    expect(await ask(series, 'text/csv, application/json;q=0.5')).toEqual([200, 'text/csv']);
    expect(await ask(series, 'application/vnd.apache.parquet')).toEqual([200, 'application/vnd.apache.parquet']);
    expect(await ask(series, 'application/vnd.apache.arrow.stream')).toEqual([
      200,
      'application/vnd.apache.arrow.stream',
    ]);
    expect(await ask(series, 'text/html,*/*;q=0.8')).toEqual([200, 'application/json']);
    expect(await ask(series, 'application/geo+json')).toEqual([406, 'application/problem+json']);
    expect(await ask('/datastreams', 'application/geo+json')).toEqual([200, 'application/geo+json']);
  });
});
