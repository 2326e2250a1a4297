import { Parser } from 'n3/lib/index.js';
import { describe, expect, it } from 'vitest';
import { createAdmitMembers } from './admit-members.ts';
import type { FeedDescription } from './describe-feed.ts';
import type { FollowedFeed } from './followed-feed.ts';
import { readFeedPage } from './read-feed-page.ts';

const STREAM = 'https://data.example/stream';
const PAGE = 'https://data.example/feed';
const OURS = 'https://ours.example';
const CREATED = 'http://purl.org/dc/terms/created';
const DESCRIBED: FeedDescription = { stream: STREAM, rootUrl: PAGE, hasVersions: false, timestampPath: CREATED };
const VERSIONS: FeedDescription = {
  ...DESCRIBED,
  hasVersions: true,
  versionOfPath: 'http://purl.org/dc/terms/isVersionOf',
};

type Settings = Pick<FollowedFeed, 'objects' | 'shapes'> & { readonly memberBytesMax?: number };

async function admit(
  trig: string,
  description: FeedDescription,
  { memberBytesMax = 10_000, ...settings }: Partial<Settings> = {},
) {
  const rules = {
    stampPredicate: 'https://ours.example/stamp',
    versionOfPredicate: 'http://purl.org/dc/terms/isVersionOf',
    memberBytesMax,
  };
  const created = await createAdmitMembers(
    { rules, objects: 'as-declared', shapes: undefined, organisation: 'demo', stream: 'copy', ...settings },
    OURS,
  );
  if (!created.ok) throw new Error(created.fault.detail);
  const prefixes =
    '@prefix tree: <https://w3id.org/tree#> . @prefix dcterms: <http://purl.org/dc/terms/> . @prefix ex: <https://data.example/> .';
  const quads = new Parser({ format: 'application/trig', baseIRI: PAGE }).parse(`${prefixes}\n${trig}`);
  const page = readFeedPage(quads, { urls: [PAGE], stream: STREAM, followIris: false });
  if (!page.ok) throw new Error(page.fault.detail);
  const { members, ...rest } = await created.value(page.value, description);
  return {
    ...rest,
    members: members.map(({ iri, versionOf, body }) => ({ iri, versionOf, body: Buffer.from(body).toString() })),
  };
}

describe('version objects of a feed', () => {
  it('are kept as they are', async () => {
    const { members, refused } = await admit(
      `<${STREAM}> tree:member ex:v1 . ex:v1 dcterms:isVersionOf ex:thing ; ex:level [ ex:value 1.50 ] .`,
      VERSIONS,
    );
    expect(refused).toBe(0);
    expect(members).toEqual([
      {
        iri: 'https://data.example/v1',
        versionOf: 'https://data.example/thing',
        body: [
          '<https://data.example/v1> <http://purl.org/dc/terms/isVersionOf> <https://data.example/thing> .\n',
          '<https://data.example/v1> <https://data.example/level> _:c14n0 .\n',
          '_:c14n0 <https://data.example/value> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n',
        ].join(''),
      },
    ]);
  });
  it('are kept in whole where the payload stands in a graph of their name', async () => {
    const { members } = await admit(
      `<${STREAM}> tree:member ex:v1 . ex:v1 dcterms:isVersionOf ex:thing . ex:v1 { ex:thing ex:level 2 }`,
      VERSIONS,
    );
    expect(members[0]?.body).toContain('<https://data.example/thing> <https://data.example/level> "2"');
  });
});

describe('state objects of a feed', () => {
  const state = (time: string, level: number) =>
    `<${STREAM}> tree:member ex:thing . ex:thing dcterms:created "${time}" ; ex:level ${level} ; ex:at ex:thing .`;

  it('become versions that are named after their time', async () => {
    const { members } = await admit(state('2026-03-01T08:15:00+01:00', 1), DESCRIBED);
    expect(members).toEqual([
      {
        iri: 'https://data.example/thing#2026-03-01T08:15:00+01:00',
        versionOf: 'https://data.example/thing',
        body: expect.stringContaining('#2026-03-01T08:15:00+01:00> <https://data.example/level> "1"'),
      },
    ]);
    // What refers to the thing still does.
    expect(members[0]?.body).toContain('<https://data.example/at> <https://data.example/thing> .');
  });
  it('become the same version however often they come, and another one for each time', async () => {
    const iris = await Promise.all(
      [state('2026-03-01T08:00:00Z', 1), state('2026-03-01T08:00:00Z', 1), state('2026-03-01T09:00:00Z', 1)].map(
        async (trig) => (await admit(trig, DESCRIBED)).members[0]?.iri,
      ),
    );
    expect(new Set(iris).size).toBe(2);
  });
  it('are named after what they say, where the feed says no time', async () => {
    const name = async (trig: string) =>
      (await admit(trig, { stream: STREAM, rootUrl: PAGE, hasVersions: false })).members[0]?.iri;
    const [one, same, other] = await Promise.all([name(state('a', 1)), name(state('a', 1)), name(state('a', 2))]);
    expect(one).toMatch(/^https:\/\/data\.example\/thing#[0-9a-f]{32}$/);
    expect([same === one, other === one]).toEqual([true, false]);
  });
  it('of one thing that are mixed on a page are refused', async () => {
    const mixed = await admit(
      `${state('2026-03-01T08:00:00Z', 1)} ex:thing dcterms:created "2026-03-01T09:00:00Z" .`,
      DESCRIBED,
    );
    expect(mixed).toMatchObject({ members: [], refused: 1, refusal: expect.stringContaining('several states') });
  });
  it('whose IRI has a fragment get a name that is an IRI as well', async () => {
    const trig = `<${STREAM}> tree:member <doc#me> . <doc#me> dcterms:created "2026-03-01T08:00:00Z" .`;
    expect((await admit(trig, DESCRIBED)).members[0]?.iri).toBe('https://data.example/doc#me/2026-03-01T08:00:00Z');
  });
  it('are what the setting says, whatever the feed declares', async () => {
    const { members } = await admit(state('2026-03-01T08:00:00Z', 1), VERSIONS, { objects: 'states' });
    expect(members[0]?.iri).toContain('#2026');
    const { refused } = await admit(state('2026-03-01T08:00:00Z', 1), DESCRIBED, { objects: 'versions' });
    expect(refused).toBe(1);
  });
});

describe('a member that cannot stand in the stream', () => {
  it.each([
    ['that has no IRI', '[ ex:level 1 ]', ''],
    ['that is a version of nothing', 'ex:v1', 'ex:v1 ex:level 1 .'],
    ['that has our stamp', 'ex:v1', 'ex:v1 dcterms:isVersionOf ex:thing ; <https://ours.example/stamp> 1 .'],
    [
      'that says something of our pages',
      'ex:v1',
      `ex:v1 dcterms:isVersionOf ex:thing . ex:v1 { <${OURS}/ldes/demo/copy> ex:level 1 }`,
    ],
    ['that is too large', 'ex:v1', `ex:v1 dcterms:isVersionOf ex:thing ; ex:text "${'long '.repeat(3_000)}" .`],
    ['of which nothing is said', 'ex:v1', ''],
  ])('%s is refused and counted, and the others go on', async (_, member, trig) => {
    const { members, refused, refusal } = await admit(
      `<${STREAM}> tree:member ${member}, ex:good . ${trig} ex:good dcterms:isVersionOf ex:thing .`,
      VERSIONS,
    );
    expect(members.map(({ iri }) => iri)).toEqual(['https://data.example/good']);
    expect(refused).toBe(1);
    expect(refusal).toBeTruthy();
  });
  it('is one that the shapes of the stream refuse', async () => {
    const shapes = `@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape ; sh:property [ sh:path <https://data.example/level> ; sh:minCount 1 ] .`;
    const { members, refusal } = await admit(
      `<${STREAM}> tree:member ex:a, ex:b . ex:a dcterms:isVersionOf ex:t . ex:b dcterms:isVersionOf ex:t ; ex:level 1 .`,
      VERSIONS,
      { shapes },
    );
    expect(members.map(({ iri }) => iri)).toEqual(['https://data.example/b']);
    expect(refusal).toContain('https://data.example/a: does not conform');
  });
});
