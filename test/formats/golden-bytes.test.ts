import { readFileSync } from 'node:fs';
import { createPageRenderer, type PageDocument, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import {
  type DescribedEntity,
  describedEntities,
  describedEntitySchema,
  type EntityMember,
} from '@meetbrug/protocols/oslo';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DESCRIPTIONS, FULL_DESCRIPTION, GAPS, LATER_OBSERVATIONS, OBSERVATIONS } from './example-members.ts';
import { ENTITY_STREAM, OBSERVATION_STREAM, POSITIONED, POSITIONED_ENTITIES, VIEW_DOCUMENTS } from './example-views.ts';

/**
 * Pages are made again from the log, so what was published must come out byte for byte after every upgrade. A change
 * here breaks that promise for feeds that exist: it needs a new render version next to the old one.
 */
const renderer = createPageRenderer({ publicBaseUrl: 'https://data.example.be' });
const EXTENSIONS = { nquads: 'nq', turtle: 'ttl', trig: 'ttl', jsonld: 'jsonld', ntriples: 'nq' } as const;

const page: PageDocument = {
  stream: {
    organisation: 'demo',
    name: 'heat-stress',
    title: 'Hitte in de stad',
    pollingIntervalSeconds: 30,
    kind: 'observations',
    sequenced: false,
  },
  view: {
    definition: { kind: 'by-page', name: 'by-page', pageSize: 250, fanOut: 250 },
    retention: { days: 90 },
  },
  path: 'page/0',
  immutable: true,
  children: [],
  members: Object.values(OBSERVATIONS),
};
function indexNodes(level: number): PageDocument['children'] {
  return [
    {
      path: `index/${level}/0`,
      relations: [{ kind: 'stamps', fromMs: 1_782_907_200_000, untilMs: 1_782_907_200_001 }],
    },
    { path: `index/${level}/1`, relations: [{ kind: 'stamps', fromMs: 1_782_907_200_123 }] },
  ];
}
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

const DOCUMENTS: Record<string, PageDocument | readonly PageDocument[]> = {
  observations: page,
  // As the first version stored them, before map coordinates: they are in logs and must be read and written as then.
  entities: entityPage(
    z
      .array(describedEntitySchema)
      .parse(JSON.parse(readFileSync(new URL('published-entities.json', import.meta.url), 'utf8'))),
  ),
  'later-observations': { ...page, members: Object.values(LATER_OBSERVATIONS) },
  'later-entities': entityPage([...Object.values(DESCRIPTIONS), FULL_DESCRIPTION].flatMap(describedEntities)),
  gaps: entityPage(GAPS),
  root: {
    ...page,
    path: '',
    immutable: false,
    members: [],
    children: indexNodes(1),
  },
  'index-node': { ...page, path: 'index/2/0', members: [], children: indexNodes(1) },
  'positioned-observations': { ...page, stream: OBSERVATION_STREAM, members: POSITIONED },
  'positioned-entities': { ...page, stream: ENTITY_STREAM, members: POSITIONED_ENTITIES },
  ...Object.fromEntries(Object.entries(VIEW_DOCUMENTS).map(([name, documents]) => [`view-${name}`, documents])),
};

describe.each(Object.entries(DOCUMENTS))('the bytes of %s', (name, documents) => {
  it.each(RDF_FORMATS)('in %s are those that were published', async (format) => {
    const text = [documents]
      .flat()
      .map((document) => new TextDecoder().decode(renderer.render(format, document)))
      .join('\n');
    await expect(text).toMatchFileSnapshot(`golden/${name}.${EXTENSIONS[format]}.txt`);
  });
});
