import jsonld from 'jsonld';
import { Parser, Writer } from 'n3';
import { afterEach, describe, expect, it } from 'vitest';
import { type FeedStandIn, type StandInPage, startFeedStandIn } from './feed-stand-in.ts';
import { PAGE_PARSERS, parseNQuadsPage } from './page-facts.ts';
import { walkPages } from './walk-pages.ts';

const SOUND: Record<string, StandInPage> = {
  '/feed': { children: ['/feed/i0', '/feed/i1'] },
  '/feed/i0': { children: ['/feed/p0', '/feed/p1'], immutable: true },
  '/feed/i1': { children: ['/feed/p2'] },
  '/feed/p0': { members: [1, 2], immutable: true },
  '/feed/p1': { members: [3, 4], immutable: true },
  '/feed/p2': { members: [5] },
};

const feeds: FeedStandIn[] = [];

async function startFeed(pages: Record<string, StandInPage>): Promise<FeedStandIn> {
  const feed = await startFeedStandIn(pages);
  feeds.push(feed);
  return feed;
}

afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.close()));
});

describe('walkPages', () => {
  it('finds every member of a sound view on its page, with time and value, and no fault', async () => {
    const feed = await startFeed(SOUND);
    const view = await walkPages({ rootUrl: feed.rootUrl });
    expect(view.faults).toEqual([]);
    expect(view.depth).toBe(2);
    expect([...view.members.keys()].sort()).toEqual([1, 2, 3, 4, 5].map(feed.memberIri));
    expect(view.members.get(feed.memberIri(3))).toEqual({
      iri: feed.memberIri(3),
      isVersionOf: `${feed.origin}/reading/3`,
      generatedAtTime: '1970-01-01T00:00:03.000Z',
      value: '3.5',
      pages: [`${feed.rootUrl}/p1`],
    });
    const immutable = [...view.pages.values()].filter((page) => page.immutable).map(({ url }) => url.slice(-2));
    expect(immutable.sort()).toEqual(['i0', 'p0', 'p1']);
  });

  it.each<{ fault: string; pages: Record<string, StandInPage>; says: RegExp }>([
    {
      fault: 'a member on two pages',
      pages: { '/feed/p2': { members: [4, 5] } },
      says: /reading\/4#1 stands on .+ and /,
    },
    {
      fault: 'a page with two parents',
      pages: { '/feed/i1': { children: ['/feed/p1', '/feed/p2'] } },
      says: /p1 has two/,
    },
    {
      fault: 'an open page below an immutable node',
      pages: { '/feed/p1': { members: [3] } },
      says: /p1 is open below/,
    },
    { fault: 'a link back to the root', pages: { '/feed/p2': { children: ['/feed'] } }, says: /root hangs below/ },
  ])('names $fault', async ({ pages, says }) => {
    const feed = await startFeed({ ...SOUND, ...pages });
    const { faults } = await walkPages({ rootUrl: feed.rootUrl });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(says);
  });

  it.each<{ fault: string; pages: Record<string, StandInPage>; says: RegExp }>([
    { fault: 'a link to nowhere', pages: { '/feed/p2': { children: ['/feed/gone'] } }, says: /answers 404/ },
  ])('throws for $fault', async ({ pages, says }) => {
    const feed = await startFeed({ ...SOUND, ...pages });
    await expect(walkPages({ rootUrl: feed.rootUrl })).rejects.toThrow(says);
  });

  it('throws for a media type that the server does not give, and beyond its bound of pages', async () => {
    const { rootUrl } = await startFeed(SOUND);
    await expect(walkPages({ rootUrl, mediaType: 'text/turtle' })).rejects.toThrow('not text/turtle');
    await expect(walkPages({ rootUrl, pagesMax: 3, concurrency: 1 })).rejects.toThrow('more than 3 pages');
  });
});

describe('the page parsers', () => {
  it('read the same facts from all five formats', async () => {
    const feed = await startFeed({ '/feed': { children: ['/feed/a'], members: [1, 2] } });
    const nquads = await (await fetch(feed.rootUrl)).text();
    const expected = await parseNQuadsPage(nquads, feed.rootUrl);
    expect(expected.members).toHaveLength(2);
    const quads = new Parser({ format: 'application/n-quads' }).parse(nquads);
    const write = (format: string) =>
      new Promise<string>((resolve, reject) => {
        const writer = new Writer({ format });
        writer.addQuads(quads);
        writer.end((error, text) => (error ? reject(error) : resolve(text)));
      });
    const bodies: Record<string, string> = {
      'application/n-quads': nquads,
      'application/n-triples': nquads,
      'text/turtle': await write('text/turtle'),
      'application/trig': await write('application/trig'),
      'application/ld+json': JSON.stringify(await jsonld.fromRDF(nquads as unknown as object)),
    };
    expect(Object.keys(bodies).sort()).toEqual(Object.keys(PAGE_PARSERS).sort());
    for (const [mediaType, body] of Object.entries(bodies)) {
      const facts = await PAGE_PARSERS[mediaType]?.(body, feed.rootUrl);
      const sorted = [...(facts?.members ?? [])].sort((a, b) => a.iri.localeCompare(b.iri));
      expect({ mediaType, children: facts?.children, members: sorted }).toEqual({ mediaType, ...expected });
    }
  });

  it('throw for a line that is no statement', () => {
    expect(() => parseNQuadsPage('<a> <b> "c"\n', 'http://x/')).toThrow('no N-Quads statement');
  });
});
