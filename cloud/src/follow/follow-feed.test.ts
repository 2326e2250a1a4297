import { fail, ok, type Result } from '@meetbrug/protocols/result';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutsideMember, OutsideResult } from '../outside/outside-append.ts';
import type { RdfQuad, RdfTerm } from '../outside/rdf-quad.ts';
import type { FetchedPage, FetchFault } from './fetch-page.ts';
import { type FollowPorts, followFeed } from './follow-feed.ts';
import { type FollowMemory, type MemoryMark, openFollowMemory } from './follow-memory.ts';
import type { FollowProgress } from './follow-progress.ts';
import type { FollowedFeed } from './followed-feed.ts';

const STREAM = 'https://data.example/stream';
const ROOT = 'https://data.example/feed';
const TREE = 'https://w3id.org/tree#';

const FEED: FollowedFeed = {
  url: ROOT,
  organisation: 'demo',
  stream: 'copy',
  rules: {
    stampPredicate: 'https://data.example/stamp',
    versionOfPredicate: 'https://data.example/of',
    memberBytesMax: 1_000,
  },
  credentials: { kind: 'none' },
  hosts: [],
  objects: 'as-declared',
  followIris: false,
  requestsMax: 3,
  timeoutMs: 1_000,
  pageBytesMax: 1_000_000,
  pagesMax: 1_000,
  pollMsMin: 1_000,
  pollMsMax: 60_000,
};

/** A page of a publisher that keeps its feed in memory. */
interface ModelPage {
  readonly members: string[];
  readonly children: string[];
  immutable: boolean;
}

const term = (value: string): RdfTerm =>
  value.startsWith('_:') ? { termType: 'BlankNode', value } : { termType: 'NamedNode', value };
const quad = (subject: string, predicate: string, object: string): RdfQuad => ({
  subject: term(subject),
  predicate: term(predicate),
  object: term(object),
  graph: { termType: 'DefaultGraph', value: '' },
});

function quadsOf(url: string, { members, children }: ModelPage): RdfQuad[] {
  return [
    ...(url === ROOT ? [quad(STREAM, `${TREE}view`, ROOT)] : []),
    ...members.flatMap((iri) => [
      quad(STREAM, `${TREE}member`, iri),
      quad(iri, 'https://data.example/is', 'https://data.example/it'),
    ]),
    ...children.flatMap((child, index) => [
      quad(url, `${TREE}relation`, `_:r${index}`),
      quad(`_:r${index}`, `${TREE}node`, child),
    ]),
  ];
}

class Crash extends Error {}

/** A publisher, a log and a clock, all in memory; what a test wants to go wrong goes wrong. */
function stand(pages: Map<string, ModelPage>) {
  const log = new Map<string, number>();
  const reads = new Map<string, number>();
  const reports: FollowProgress[] = [];
  const state = { nowMs: 1_000_000, stored: undefined as MemoryMark | undefined, created: 0, requests: 0 };
  const faults: { fetch?: (url: string) => FetchFault | undefined; append?: () => 'before' | 'after' | undefined } = {};

  const fetchPage = async (url: string, etag: string | undefined): Promise<Result<FetchedPage, FetchFault>> => {
    state.requests += 1;
    await new Promise(setImmediate);
    const fault = faults.fetch?.(url);
    if (fault !== undefined) return { ok: false, fault };
    const page = pages.get(url);
    if (page === undefined) return fail('refused', `${url}: answers 404`);
    const version = JSON.stringify([page.members.length, page.children.length, page.immutable]);
    const cache = { immutable: page.immutable, maxAgeSeconds: 1 };
    if (etag === version) return ok({ kind: 'unchanged', cache });
    reads.set(url, (reads.get(url) ?? 0) + 1);
    const body = Buffer.from(JSON.stringify(quadsOf(url, page)));
    return ok({ kind: 'page', url, mediaType: 'model', body, etag: version, cache });
  };
  const append = async (members: readonly OutsideMember[], mark: MemoryMark) => {
    const crash = faults.append?.();
    if (crash === 'before') throw new Crash();
    state.stored = mark;
    const results = members.map(({ iri }): OutsideResult => {
      const times = log.get(iri) ?? 0;
      log.set(iri, times + 1);
      state.created += times === 0 ? 1 : 0;
      return times === 0 ? 'created' : 'known';
    });
    if (crash === 'after') throw new Crash();
    return ok(results);
  };
  const ports: Omit<FollowPorts, 'memory'> = {
    fetchPage,
    parse: async ({ body }) => ok(JSON.parse(Buffer.from(body).toString()) as RdfQuad[]),
    admit: async ({ members }) => ({
      members: members.map(({ iri }) => ({ iri, body: new Uint8Array(), digest: iri })),
      refused: 0,
    }),
    append,
    nowMs: () => state.nowMs,
    random: () => 0.5,
    async wait(ms, signal) {
      await new Promise(setImmediate);
      if (!signal.aborted) state.nowMs += ms;
    },
    report: (progress) => void reports.push(progress),
  };
  return { log, reads, reports, state, faults, ports };
}
type Stand = ReturnType<typeof stand>;

/** One life of the program. */
async function live(
  { ports, state }: Stand,
  memory: FollowMemory,
  until: 'stopped' | 'caught-up' = 'caught-up',
  signal = new AbortController().signal,
  feed = FEED,
) {
  const ended = followFeed(feed, { ...ports, memory: memory.feed('copy', state.stored) }, until, signal);
  // Requests that are under way at its end answer before the next life begins.
  return ended.finally(() => new Promise(setImmediate));
}

const openMemory = () => openFollowMemory(':memory:');

const page = (immutable: boolean, members: string[] = [], children: string[] = []): ModelPage => ({
  immutable,
  members,
  children,
});
const pageUrl = (number: number) => `${ROOT}?page=${number}`;
const memberIri = (number: number) => `https://data.example/member/${number}`;

/** A feed of some shape: what each page holds, where it leads (cycles and detours too), and whether it is final. */
const shapes = fc
  .array(
    fc.record({
      members: fc.integer({ min: 0, max: 3 }),
      leadsTo: fc.array(fc.nat(30), { maxLength: 4 }),
      final: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((shape) => {
    let number = 0;
    const pages = new Map<string, ModelPage>([[ROOT, page(false, [], [pageUrl(0)])]]);
    shape.forEach(({ members, leadsTo, final }, index) => {
      // Each page is reached from one before it, so that none is out of reach.
      const parent = pages.get(index === 0 ? ROOT : pageUrl((index - 1) >> 1));
      parent?.children.push(pageUrl(index));
      const children = leadsTo.map((target) => pageUrl(target % shape.length));
      pages.set(
        pageUrl(index),
        page(
          final,
          Array.from({ length: members }, () => memberIri(number++)),
          children,
        ),
      );
    });
    return pages;
  });

const FAILURES: Readonly<Record<'none' | 'busy' | 'away', (url: string) => FetchFault | undefined>> = {
  none: () => undefined,
  busy: (url) => ({ code: 'busy', detail: `${url}: answers 429`, retryAfterMs: 5_000 }),
  away: (url) => ({ code: 'unreachable', detail: `${url}: is away` }),
};

/** A life of the program: what its requests come to first, and the commit at which it is killed, before or after it. */
const lives = fc.record({
  forgets: fc.boolean(),
  crash: fc.constantFrom('before', 'after'),
  crashesAt: fc.nat(6),
  failures: fc.array(fc.constantFrom('none', 'busy', 'away'), { maxLength: 8 }),
});

describe('following a feed', () => {
  it('takes each member once, whatever the shape of the feed, however often it is killed, whatever it forgets', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, fc.array(lives, { maxLength: 6 }), async (pages, lives) => {
        let memory = openMemory();
        const it = stand(pages);
        for (const { forgets, crash, crashesAt, failures } of lives) {
          if (forgets) memory = openMemory();
          let appends = 0;
          const left = [...failures];
          it.faults.append = () => (appends++ === crashesAt ? crash : undefined);
          it.faults.fetch = (url) => FAILURES[left.shift() ?? 'none'](url);
          await live(it, memory).catch((error) => expect(error).toBeInstanceOf(Crash));
        }
        it.faults.append = () => undefined;
        it.faults.fetch = () => undefined;
        expect(await live(it, memory)).toEqual({ ok: true, value: undefined });
        const published = [...pages.values()].flatMap(({ members }) => members);
        expect([...it.log.keys()].sort()).toEqual(published.sort());
        expect(it.state.created).toBe(published.length);
        for (const [url, { immutable }] of pages) {
          if (immutable) expect(it.reads.get(url) ?? 0).toBeLessThanOrEqual(lives.length + 1);
        }
      }),
      { seed: 41, numRuns: 60 },
    );
  });

  it('asks for no final page twice over many restarts', async () => {
    const pages = new Map([
      [
        ROOT,
        page(
          false,
          [],
          Array.from({ length: 40 }, (_, index) => pageUrl(index)),
        ),
      ],
    ]);
    for (let index = 0; index < 40; index += 1) pages.set(pageUrl(index), page(true, [memberIri(index)]));
    const memory = openMemory();
    const it = stand(pages);
    for (let life = 0; life < 3; life += 1) await live(it, memory);
    expect(it.log.size).toBe(40);
    expect([...it.reads].filter(([url]) => url !== ROOT).every(([, times]) => times === 1)).toBe(true);
  });

  it('gets through a root with ten thousand relations, asked for twice', async () => {
    const count = 10_000;
    const pages = new Map([
      [
        ROOT,
        page(
          false,
          [],
          Array.from({ length: count }, (_, index) => pageUrl(index)),
        ),
      ],
    ]);
    for (let index = 0; index < count; index += 1) pages.set(pageUrl(index), page(true, [memberIri(index)]));
    const memory = openMemory();
    const it = stand(pages);
    const feed = { ...FEED, pagesMax: count + 1, requestsMax: 32 };
    expect(await live(it, memory, 'caught-up', undefined, feed)).toMatchObject({ ok: true });
    pages.get(ROOT)?.children.push(pageUrl(0));
    expect(await live(it, memory, 'caught-up', undefined, feed)).toMatchObject({ ok: true });
    expect(it.log.size).toBe(count);
    expect(it.state.requests).toBe(count + 4);
  });

  it('finds what is added while it follows: on the open page, behind it, and below a root that grows', async () => {
    const pages = new Map([
      [ROOT, page(false, [], [pageUrl(0)])],
      [pageUrl(0), page(false, [memberIri(0)])],
    ]);
    const memory = openMemory();
    const it = stand(pages);
    const stop = new AbortController();
    const running = live(it, memory, 'stopped', stop.signal);
    const settles = async (members: number) => {
      for (let round = 0; it.log.size < members && round < 1_000; round += 1) await new Promise(setImmediate);
      expect(it.log.size).toBe(members);
    };
    await settles(1);
    const first = pages.get(pageUrl(0)) as ModelPage;
    first.members.push(memberIri(1));
    await settles(2);
    // Full: as servers of the Flemish data space close a page, the next one hangs below the closed one.
    pages.set(pageUrl(1), page(false, [memberIri(2)]));
    first.children.push(pageUrl(1));
    first.immutable = true;
    await settles(3);
    (pages.get(pageUrl(1)) as ModelPage).members.push(memberIri(3));
    await settles(4);
    pages.set(pageUrl(2), page(false, [memberIri(4)]));
    (pages.get(ROOT) as ModelPage).children.push(pageUrl(2));
    await settles(5);
    stop.abort();
    expect(await running).toEqual({ ok: true, value: undefined });
    expect(it.state.created).toBe(5);
  });

  it('asks nothing of a publisher before the time that it asked for, then with one request first', async () => {
    const pages = new Map([
      [
        ROOT,
        page(
          false,
          [],
          Array.from({ length: 20 }, (_, index) => pageUrl(index)),
        ),
      ],
    ]);
    for (let index = 0; index < 20; index += 1) pages.set(pageUrl(index), page(true, [memberIri(index)]));
    const memory = openMemory();
    const it = stand(pages);
    const asked: number[] = [];
    let refusals = 3;
    it.faults.fetch = (url) => {
      if (url === ROOT) return undefined;
      asked.push(it.state.nowMs);
      return refusals-- > 0 ? { code: 'busy', detail: 'answers 429', retryAfterMs: 10_000 } : undefined;
    };
    expect(await live(it, memory)).toMatchObject({ ok: true });
    expect(it.log.size).toBe(20);
    // The first three were under way together; the fourth came when it was allowed, and the rest only after it had gone well.
    expect((asked[3] ?? 0) - (asked[2] ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect(asked).toHaveLength(23);
  });

  it('goes on with the other pages beside one that cannot be read, and says which', async () => {
    const pages = new Map([
      [ROOT, page(false, [], [pageUrl(0), pageUrl(404), pageUrl(1)])],
      [pageUrl(0), page(true, [memberIri(0)])],
      [pageUrl(1), page(true, [memberIri(1)])],
    ]);
    const memory = openMemory();
    const it = stand(pages);
    expect(await live(it, memory)).toEqual({
      ok: false,
      fault: { code: 'pages-unreadable', detail: `${pageUrl(404)}: answers 404` },
    });
    expect(it.log.size).toBe(2);
    expect(it.reports.at(-1)).toMatchObject({ fault: `${pageUrl(404)}: answers 404`, caughtUp: false, waiting: 1 });
    pages.set(pageUrl(404), page(true, [memberIri(2)]));
    expect(await live(it, memory)).toMatchObject({ ok: true });
    expect(it.log.size).toBe(3);
    expect(it.reports.at(-1)).toMatchObject({ fault: undefined, caughtUp: true });
  });

  it('does not go on into a feed without end', async () => {
    const pages = {
      get: (url: string) => page(true, [], [`${url}${url === ROOT ? '?' : '&'}more`]),
    } as unknown as Map<string, ModelPage>;
    const memory = openMemory();
    const it = stand(pages);
    const ended = await live(it, memory, 'caught-up', undefined, { ...FEED, pagesMax: 20 });
    expect(ended).toMatchObject({
      ok: false,
      fault: { code: 'pages-unreadable', detail: expect.stringContaining('pagesMax') },
    });
    expect(it.state.requests).toBeLessThan(40);
  });

  it('waits for a log without room, and ends with a stream that is closed', async () => {
    const pages = new Map([[ROOT, page(false, [memberIri(0)])]]);
    const memory = openMemory();
    const it = stand(pages);
    let full = 3;
    const { append } = it.ports;
    const ports = {
      ...it.ports,
      append: async (...given: Parameters<typeof append>) =>
        full-- > 0 ? fail('disk-full', 'no room') : append(...given),
    };
    expect(await live({ ...it, ports }, memory)).toMatchObject({ ok: true });
    expect(it.reports.some(({ fault }) => fault === 'no room')).toBe(true);
    pages.get(ROOT)?.members.push(memberIri(1));
    const closed = { ...it.ports, append: async () => fail('stream-closed', 'closed') };
    expect(await live({ ...it, ports: closed }, memory)).toEqual({
      ok: false,
      fault: { code: 'stream-closed', detail: 'closed' },
    });
  });
});
