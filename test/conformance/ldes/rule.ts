import type { Member, Page } from './crawl/page.ts';
import type { Visit } from './crawl/visit.ts';
import type { ServerUnderTest } from './server-under-test.ts';

/** What breaks the rule, none when it is kept; or that the server does nothing that the rule is about. */
export type Verdict = readonly string[] | 'not applicable';

export interface Rule {
  /** A sentence about a server that keeps it. */
  readonly name: string;
  /** Clause of the reference that it comes from, such as `5` or `17.3`. */
  readonly section: string;
  /** `must`: readers lose members or stop. `should`: they get slower, or only some of them suffer. */
  readonly level: 'must' | 'should';
  check(server: ServerUnderTest): Promise<Verdict> | Verdict;
}

/** Every fault of some things; not applicable when there are none. */
export function judgeEach<Thing>(things: Iterable<Thing>, faultsOf: (thing: Thing) => readonly string[]): Verdict {
  const all = [...things];
  return all.length === 0 ? 'not applicable' : all.flatMap(faultsOf);
}

/** A rule about every readable page of the first visit. */
export function onPages(faultsOf: (page: Page, visit: Visit) => readonly string[]): Rule['check'] {
  return async (server) => {
    const visit = await server.first();
    return judgeEach(readablePages(visit), (page) => faultsOf(page, visit));
  };
}

export function readablePages({ pages }: Visit): Page[] {
  return [...pages.values()].filter(({ document }) => document.unreadable === undefined);
}

/** A member and the page that it stands on. */
export interface PlacedMember {
  readonly member: Member;
  readonly page: Page;
}

export function membersOf(visit: Visit): PlacedMember[] {
  return readablePages(visit).flatMap((page) => page.members.map((member) => ({ member, page })));
}

/** A fault when it is one. */
export function unless(kept: boolean, fault: string): string[] {
  return kept ? [] : [fault];
}
