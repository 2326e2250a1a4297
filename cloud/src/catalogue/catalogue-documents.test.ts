import { fail, ok } from '@meetbrug/protocols/result';
import { describe, expect, test } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createCatalogueDocuments } from './catalogue-documents.ts';
import type { PlannedCatalogue } from './plan-catalogue.ts';

const PLAN: PlannedCatalogue = {
  publicBaseUrl: 'https://data.example',
  title: 'Metingen',
  description: 'Metingen',
  publisher: { name: 'Demo' },
  contact: { name: 'Demo', email: 'data@demo.example' },
  licence: 'https://licence.example',
  rights: 'Vrij',
  languages: ['nl'],
  datasets: [],
  apis: [],
};

/** Documents over readers that count what they make, and fail when told to. */
function createLab() {
  const lab = { nowMs: 1_000_000, made: 0, failing: false };
  const run = async () => {
    await Promise.resolve();
    if (lab.failing) return fail('readers-busy', 'too many wait');
    lab.made += 1;
    return ok({ body: new Uint8Array([lab.made]), etag: `"${lab.made}"`, modifiedMs: undefined });
  };
  const readers = { run } as unknown as Pick<ReadPool, 'run'>;
  const documents = createCatalogueDocuments(
    () => PLAN,
    readers,
    PUBLIC_OF_OPEN_CLOUD,
    () => lab.nowMs,
  );
  return { lab, documents };
}

describe('a document of the catalogue', () => {
  test('is made once for all who wait, and kept for a minute', async () => {
    const { lab, documents } = createLab();
    const [first, second] = await Promise.all([documents.load('turtle', 'gzip'), documents.load('turtle', 'gzip')]);
    lab.nowMs += 59_999;
    const third = await documents.load('turtle', 'gzip');
    expect([first, second, third].map((one) => one?.ok && one.value.etag)).toEqual(['"1"', '"1"', '"1"']);
    lab.nowMs += 1;
    expect(await documents.load('turtle', 'gzip')).toMatchObject({ value: { etag: '"2"' } });
  });

  test('is made again after the clock was set back', async () => {
    const { lab, documents } = createLab();
    await documents.load('turtle', 'gzip');
    lab.nowMs -= 500_000;
    expect(await documents.load('turtle', 'gzip')).toMatchObject({ value: { etag: '"2"' } });
  });

  test('is another one in each format and encoding', async () => {
    const { lab, documents } = createLab();
    await documents.load('turtle', 'gzip');
    await documents.load('turtle', 'identity');
    const xml = await documents.load('rdfxml', 'identity');
    expect(lab.made).toBe(3);
    expect(xml).toMatchObject({ value: { headers: { 'Content-Type': 'application/rdf+xml; charset=utf-8' } } });
  });

  test('that could not be made is tried again', async () => {
    const { lab, documents } = createLab();
    lab.failing = true;
    expect(await documents.load('turtle', 'gzip')).toMatchObject({ ok: false, fault: { code: 'readers-busy' } });
    lab.failing = false;
    expect(await documents.load('turtle', 'gzip')).toMatchObject({ ok: true });
  });
});
