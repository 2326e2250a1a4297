import { readFileSync } from 'node:fs';
import { createPageRenderer, type PageDocument, RDF_FORMATS, ROOT } from '@meetbrug/protocols/ldes';
import {
  type DescribedEntity,
  describedEntities,
  describedEntitySchema,
  type EntityMember,
} from '@meetbrug/protocols/oslo';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DESCRIPTIONS, FULL_DESCRIPTION, LATER_OBSERVATIONS, OBSERVATIONS } from './example-members.ts';

/**
 * Pages are made again from the log, so what was published must come out byte for byte after every upgrade. A change
 * here breaks that promise for feeds that exist: it needs a new render version next to the old one.
 */
const renderer = createPageRenderer({ publicBaseUrl: 'https://data.example.be', organisation: 'demo' });
const EXTENSIONS = { nquads: 'nq', turtle: 'ttl', trig: 'ttl', jsonld: 'jsonld', ntriples: 'nq' } as const;

const page: PageDocument = {
  stream: { name: 'heat-stress', title: 'Hitte in de stad', pollingIntervalSeconds: 30, kind: 'observations' },
  view: { name: 'by-page', settings: { pageSize: 250, fanOut: 250 }, fullLogDays: 90 },
  node: { level: 0, index: 0 },
  immutable: true,
  children: [],
  members: Object.values(OBSERVATIONS),
};
function entityPage(entities: readonly DescribedEntity[]): PageDocument {
  const members = entities.map(
    (entity, ordinal): EntityMember => ({
      kind: 'entity',
      entity,
      ordinal,
      version: 1,
      generatedMs: 1_782_907_200_000,
    }),
  );
  return { ...page, stream: { ...page.stream, name: 'sensors', kind: 'entities' }, members };
}

const DOCUMENTS: Record<string, PageDocument> = {
  observations: page,
  // As the first version stored them, before map coordinates: they are in logs and must be read and written as then.
  entities: entityPage(
    z
      .array(describedEntitySchema)
      .parse(JSON.parse(readFileSync(new URL('published-entities.json', import.meta.url), 'utf8'))),
  ),
  'later-observations': { ...page, members: Object.values(LATER_OBSERVATIONS) },
  'later-entities': entityPage([...Object.values(DESCRIPTIONS), FULL_DESCRIPTION].flatMap(describedEntities)),
  root: {
    ...page,
    node: ROOT,
    immutable: false,
    members: [],
    children: [
      { node: { level: 1, index: 0 }, fromMs: 1_782_907_200_000, untilMs: 1_782_907_200_001 },
      { node: { level: 1, index: 1 }, fromMs: 1_782_907_200_123 },
    ],
  },
};

describe.each(Object.entries(DOCUMENTS))('the bytes of %s', (name, document) => {
  it.each(RDF_FORMATS)('in %s are those that were published', async (format) => {
    const text = new TextDecoder().decode(renderer.render(format, document));
    await expect(text).toMatchFileSnapshot(`golden/${name}.${EXTENSIONS[format]}.txt`);
  });
});
