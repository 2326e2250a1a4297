import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPageFiles, type PageFilesSettings } from './page-files.ts';

function makeFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'meetbrug-pages-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'page-cache');
}

function open(folder: string, changes: Partial<PageFilesSettings> = {}) {
  const faults: string[] = [];
  const files = openPageFiles({
    folder,
    bytesMax: 1_000_000,
    lineage: () => ({ storeId: 'store-1', lastStampMs: 100 }),
    views: () => ['a view'],
    nowMs: () => 1_000_000_000,
    onFault: (detail) => faults.push(detail),
    ...changes,
  });
  return { files, faults };
}

const identity = (page: string, view = 'a view') => ({ view, page });
const kept = (text: string) => ({ etag: `"${text}"`, body: new TextEncoder().encode(text) });

/** Every page file below a folder. */
function pageFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== folder)
    .map((entry) => join(entry.parentPath, entry.name));
}

async function fill(folder: string, pages: readonly string[], changes: Partial<PageFilesSettings> = {}) {
  const { files } = open(folder, changes);
  for (const page of pages) files.set(identity(page), kept(page));
  await files.stop();
  return files;
}

describe('pages on disk', () => {
  test('are read again by the next program', async () => {
    const folder = makeFolder();
    await fill(folder, ['a', 'b']);
    const { files } = open(folder);
    await files.stop();
    expect(files.usage().files).toBe(2);
    expect(await files.get(identity('a'))).toEqual(kept('a'));
    expect(await files.get(identity('c'))).toBeUndefined();
    expect(await files.get(identity('a', 'another view'))).toBeUndefined();
  });

  test('may be deleted while the program runs', async () => {
    const folder = makeFolder();
    const files = await fill(folder, ['a']);
    rmSync(folder, { recursive: true });
    expect(await files.get(identity('a'))).toBeUndefined();
    files.set(identity('a'), kept('a'));
    await files.stop();
    expect(await files.get(identity('a'))).toEqual(kept('a'));
  });

  test.each([
    ['torn', (file: string) => truncateSync(file, statSync(file).size - 1)],
    ['empty', (file: string) => truncateSync(file, 0)],
    ['of zeros', (file: string) => writeFileSync(file, Buffer.alloc(statSync(file).size))],
    [
      'of another page',
      (file: string) => writeFileSync(file, readFileSync(file, 'latin1').replace('a view', 'b view')),
    ],
  ])('are thrown away when they are %s', async (_, damage) => {
    const folder = makeFolder();
    const files = await fill(folder, ['a']);
    for (const file of pageFiles(folder)) damage(file);
    expect(await files.get(identity('a'))).toBeUndefined();
    await files.stop();
    expect([files.usage().files, pageFiles(folder)]).toEqual([0, []]);
  });

  test('stay within their bytes: the least recently used go, also over a restart', async () => {
    const folder = makeFolder();
    const bytesMax = 3 * 4_500;
    const first = await fill(folder, ['a', 'b', 'c'], { bytesMax });
    await first.get(identity('a'));
    first.set(identity('d'), kept('d'));
    await first.stop();
    const present = async (files: ReturnType<typeof openPageFiles>) => {
      const found = [];
      for (const page of ['a', 'b', 'c', 'd', 'e']) if (await files.get(identity(page))) found.push(page);
      return found;
    };
    expect(pageFiles(folder)).toHaveLength(3);
    expect(await present(first)).toEqual(['a', 'c', 'd']);

    for (const file of pageFiles(folder)) {
      const page = readFileSync(file, 'utf8').at(-1) ?? '';
      utimesSync(file, 1_000, { a: 3_000, c: 2_000, d: 1_000 }[page] ?? 0);
    }
    const second = open(folder, { bytesMax }).files;
    second.set(identity('e'), kept('e'));
    await second.stop();
    expect(await present(second)).toEqual(['a', 'c', 'e']);
    expect(second.usage().bytes).toBeLessThanOrEqual(bytesMax);
  });

  test.each([
    ['another store', { storeId: 'store-2', lastStampMs: 500 }],
    ['an earlier state of the store, as a backup gives', { storeId: 'store-1', lastStampMs: 99 }],
  ])('are removed before they are read when they were made from more than %s', async (_, now) => {
    const folder = makeFolder();
    await fill(folder, ['a']);
    const { files } = open(folder, { lineage: () => now });
    expect(await files.get(identity('a'))).toBeUndefined();
    await files.stop();
    expect(await files.get(identity('a'))).toBeUndefined();
    expect(files.usage().files).toBe(0);
  });

  test('say how far the store was when the newest of them was made', async () => {
    const folder = makeFolder();
    let lastStampMs = 100;
    const { files } = open(folder, { lineage: () => ({ storeId: 'store-1', lastStampMs }) });
    files.set(identity('a'), kept('a'));
    await files.stop();
    lastStampMs = 200;
    files.set(identity('b'), kept('b'));
    await files.stop();
    const restored = open(folder, { lineage: () => ({ storeId: 'store-1', lastStampMs: 150 }) }).files;
    await restored.stop();
    expect(restored.usage().files).toBe(0);
  });

  test('of one view can be removed together', async () => {
    const folder = makeFolder();
    const { files } = open(folder);
    files.set(identity('a', 'one'), kept('a'));
    files.set(identity('a', 'other'), kept('a'));
    await files.stop();
    files.forget('one');
    await files.stop();
    expect(await files.get(identity('a', 'one'))).toBeUndefined();
    expect(await files.get(identity('a', 'other'))).toEqual(kept('a'));
    expect(pageFiles(folder)).toHaveLength(1);
  });

  test('of a view that is not served any more, or not as it was, are removed at the start', async () => {
    const folder = makeFolder();
    await fill(folder, ['a', 'b']);
    const { files } = open(folder, { views: () => ['another view'] });
    await files.stop();
    expect([files.usage().files, pageFiles(folder)]).toEqual([0, []]);
  });

  test('that come faster than the disk takes them are not kept', async () => {
    const folder = makeFolder();
    const pages = Array.from({ length: 50 }, (_, index) => `page ${index}`);
    const files = await fill(folder, pages, { writesMax: 10 });
    expect(files.usage().files).toBeLessThanOrEqual(10);
    expect(files.usage().files).toBeGreaterThan(0);
  });

  test('that cannot be written are told of once, and harm nothing', async () => {
    const folder = makeFolder();
    const { files, faults } = open(folder);
    await files.stop();
    writeFileSync(folder, 'a file where the folder should be');
    files.set(identity('a'), kept('a'));
    files.set(identity('b'), kept('b'));
    await files.stop();
    expect(faults).toHaveLength(1);
    expect(await files.get(identity('a'))).toBeUndefined();
  });

  test('that a crash left half written are cleared away', async () => {
    const folder = makeFolder();
    await fill(folder, ['a']);
    const [file = ''] = pageFiles(folder);
    writeFileSync(`${file}.tmp`, 'half');
    await open(folder).files.stop();
    expect(pageFiles(folder)).toEqual([file]);
  });
});
