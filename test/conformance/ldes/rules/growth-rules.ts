import { isImmutable, type Page } from '../crawl/page.ts';
import { parentsOf, type Visit } from '../crawl/visit.ts';
import { membersOf, type PlacedMember, type Rule, readablePages, unless, type Verdict } from '../rule.ts';
import { mayBeDropped } from './retention-promise.ts';
import { streamPath } from './stream-facts.ts';

type Visits = readonly [Visit, Visit];

async function twice(server: Parameters<Rule['check']>[0], check: (...visits: Visits) => Verdict): Promise<Verdict> {
  return check(await server.first(), await server.second());
}

function timestampsOf(visit: Visit, placed: readonly PlacedMember[]): number[] {
  const path = streamPath(visit, 'timestampPath') ?? [];
  return placed.flatMap(({ member }) => member.graph.follow(member.key, path).map(({ value }) => Date.parse(value)));
}

function byKey(visit: Visit): Map<string, PlacedMember> {
  return new Map(membersOf(visit).map((placed) => [placed.member.key, placed]));
}

function added(before: Visit, after: Visit): PlacedMember[] {
  const known = byKey(before);
  return membersOf(after).filter(({ member }) => !known.has(member.key));
}

/** The statements about a member without the labels of its blank nodes, in one order. */
function statementsOf({ member }: PlacedMember): string {
  const text = (term: { termType: string; value: string }) => (term.termType === 'BlankNode' ? '_' : term.value);
  return member.quads
    .map(({ subject, predicate, object }) => `${text(subject)} ${predicate.value} ${text(object)}`)
    .sort()
    .join('\n');
}

/** What is seen only by coming twice: how the stream grows (sections 2, 4, 5 and 6). */
export const GROWTH_RULES: readonly Rule[] = [
  {
    name: 'no member is added with a timestamp before the latest one published',
    section: '2',
    level: 'must',
    check: (server) =>
      twice(server, (before, after) => {
        const fresh = added(before, after);
        if (fresh.length === 0 || before.truncated) return 'not applicable';
        const latest = Math.max(...timestampsOf(before, membersOf(before)));
        return fresh.flatMap((placed) =>
          timestampsOf(after, [placed])
            .filter((stamp) => stamp < latest)
            .map((stamp) => `${placed.member.key} came at ${new Date(stamp).toISOString()}, after later ones`),
        );
      }),
  },
  {
    name: 'a member never changes',
    section: '2',
    level: 'must',
    check: (server) =>
      twice(server, (before, after) => {
        const now = byKey(after);
        return [...byKey(before)].flatMap(([key, placed]) => {
          const again = now.get(key);
          return unless(again === undefined || statementsOf(again) === statementsOf(placed), `${key} has changed`);
        });
      }),
  },
  {
    name: 'a member leaves a view only as its declared retention allows',
    section: '4',
    level: 'must',
    check: (server) =>
      twice(server, (before, after) => {
        if (before.truncated || after.truncated) return 'not applicable';
        const now = byKey(after);
        const gone = [...byKey(before).values()].filter(({ member }) => !now.has(member.key));
        return gone
          .filter((placed) => !mayBeDropped(before, placed, membersOf(before)))
          .map(({ member, page }) => `${member.key} is gone from ${page.url}, which its view promised to keep`);
      }),
  },
  {
    name: 'the IRI of the root node goes on answering',
    section: '3',
    level: 'must',
    check: async (server) => {
      const before = await server.first();
      await server.second();
      const again = await server.read(before.root, before.entry.mediaType);
      return unless(again.unreadable === undefined, `${before.root} ${again.unreadable} at a second visit`);
    },
  },
  {
    name: 'the URL of a page that has left the tree answers 200, 410 or a redirect',
    section: '4',
    level: 'must',
    check: async (server) => {
      const before = await server.first();
      const after = await server.second();
      const gone = [...before.pages.keys()].filter((url) => !after.pages.has(url) && !after.truncated);
      const faults = await Promise.all(
        gone.map(async (url) => {
          const { status } = await server.ask({ url, headers: { accept: before.entry.mediaType } });
          return unless(
            status === 200 || status === 410 || (status >= 300 && status < 400),
            `${url} answers ${status}`,
          );
        }),
      );
      return gone.length === 0 ? 'not applicable' : faults.flat();
    },
  },
  {
    name: 'a member that is to stand on several pages appears on all of them at once',
    section: '5',
    level: 'must',
    check: (server) =>
      twice(server, (before, after) => {
        const placesBefore = placesOf(before);
        return [...placesOf(after)].flatMap(([key, pages]) => {
          const known = [...pages].filter((url) => before.pages.has(url));
          const had = known.filter((url) => placesBefore.get(key)?.has(url));
          const isPartial = pages.size > 1 && had.length > 0 && had.length < known.length;
          return unless(!isPartial, `${key} stood on ${had} before it stood on ${[...pages].join(' and ')}`);
        });
      }),
  },
  {
    name: 'an immutable page gets no member and no relation any more',
    section: '6',
    level: 'must',
    check: (server) =>
      twice(server, (before, after) => {
        const immutable = readablePages(before).filter(isImmutable);
        if (immutable.length === 0) return 'not applicable';
        return immutable.flatMap((page) => {
          const again = after.pages.get(page.url);
          return unless(again === undefined || contentOf(again) === contentOf(page), `${page.url} has changed`);
        });
      }),
  },
  {
    name: 'what is new is found by a reader who never comes back to an immutable page',
    section: '6',
    level: 'must',
    check: (server) =>
      twice(server, (before, after) => {
        const fresh = added(before, after);
        if (fresh.length === 0) return 'not applicable';
        const closed = new Set(
          readablePages(before)
            .filter(isImmutable)
            .map(({ url }) => url),
        );
        const reached = reachedWithout(after, closed);
        return fresh.flatMap(({ member, page }) =>
          unless(reached.has(page.url), `${member.key} is on ${page.url}, behind a page that was immutable before`),
        );
      }),
  },
];

function placesOf(visit: Visit): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { member, page } of membersOf(visit)) {
    places.set(member.key, (places.get(member.key) ?? new Set()).add(page.url));
  }
  return places;
}

function contentOf({ members, links }: Page): string {
  return [...members.map(({ key }) => key).sort(), ...links.toSorted()].join('\n');
}

function reachedWithout(visit: Visit, closed: ReadonlySet<string>): Set<string> {
  const parents = parentsOf(visit);
  const reached = new Set<string>();
  // Pages are in the order of a walk from the root: a parent comes before its children.
  for (const { url } of readablePages(visit)) {
    const isRoot = url === (visit.answeredAt.get(visit.root) ?? visit.root);
    if (closed.has(url)) continue;
    if (isRoot || parents.get(url)?.some((parent) => reached.has(parent))) reached.add(url);
  }
  return reached;
}
