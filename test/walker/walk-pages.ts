import { type MemberFacts, PAGE_PARSERS, type ParsePage } from './page-facts.ts';

export interface WalkOptions {
  /** URL of the view's root. */
  readonly rootUrl: string;
  /** Media type to ask for and to read. */
  readonly mediaType?: string;
  /** Overrides the parser of the media type. */
  readonly parse?: ParsePage;
  readonly concurrency?: number;
  /** The walk throws beyond it: a tree without end. */
  readonly pagesMax?: number;
}

export interface WalkedPage {
  readonly url: string;
  /** The `immutable` token of Cache-Control: the only sign that clients go by. */
  readonly immutable: boolean;
  readonly memberCount: number;
  readonly children: readonly string[];
}

export interface WalkedMember extends MemberFacts {
  /** The pages that it stood on: one, or the view is wrong. */
  readonly pages: readonly string[];
}

export interface WalkedView {
  readonly members: ReadonlyMap<string, WalkedMember>;
  readonly pages: ReadonlyMap<string, WalkedPage>;
  /** Depth of the deepest page below the root. */
  readonly depth: number;
  /** What breaks the structure; empty for a sound view. */
  readonly faults: readonly string[];
}

const CONCURRENCY = 10;
const PAGES_MAX = 100_000;

/**
 * Fetches a view from its root, several pages at once, and checks its structure: each member on exactly one page, each
 * node with one parent, nothing open below an immutable node. Throws when a page does not answer 200 or cannot be read.
 * A view that grows during the walk gives the members that stood there when each page was fetched.
 */
export async function walkPages(options: WalkOptions): Promise<WalkedView> {
  const mediaType = options.mediaType ?? 'application/n-quads';
  const parse = options.parse ?? PAGE_PARSERS[mediaType];
  if (parse === undefined) throw new Error(`no parser for ${mediaType}`);
  const view = new ViewUnderWalk(options.rootUrl);
  const walkers = Array.from({ length: options.concurrency ?? CONCURRENCY }, async () => {
    for (let url = await view.next(); url !== undefined; url = await view.next()) {
      if (view.pages.size >= (options.pagesMax ?? PAGES_MAX)) throw new Error(`more than ${view.pages.size} pages`);
      view.record(url, await fetchPage(url, mediaType, parse));
    }
  });
  await Promise.all(walkers);
  return view.result();
}

interface FetchedPage {
  readonly immutable: boolean;
  readonly children: readonly string[];
  readonly members: readonly MemberFacts[];
}

async function fetchPage(url: string, mediaType: string, parse: ParsePage): Promise<FetchedPage> {
  const response = await fetch(url, { headers: { accept: mediaType }, redirect: 'error' });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answers ${response.status}: ${body.slice(0, 200)}`);
  const answered = response.headers.get('content-type')?.split(';')[0];
  if (answered !== mediaType) throw new Error(`${url} answers ${answered}, not ${mediaType}`);
  const immutable = (response.headers.get('cache-control') ?? '').split(/\s*,\s*/).includes('immutable');
  return { immutable, ...(await parse(body, url)) };
}

/** The pages to fetch, the pages fetched, and what was found wrong so far. */
class ViewUnderWalk {
  readonly pages = new Map<string, WalkedPage>();
  readonly #members = new Map<string, MemberFacts & { pages: string[] }>();
  readonly #parents = new Map<string, string>();
  readonly #faults: string[] = [];
  readonly #todo: string[];
  readonly #root: string;
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(root: string) {
    this.#root = root;
    this.#todo = [root];
  }

  /** The next URL to fetch; undefined when nothing is left and nothing under way can add to it. */
  async next(): Promise<string | undefined> {
    while (this.#todo.length === 0 && this.#underWay > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const url = this.#todo.shift();
    if (url !== undefined) this.#underWay += 1;
    return url;
  }

  record(url: string, { immutable, children, members }: FetchedPage): void {
    this.pages.set(url, { url, immutable, children, memberCount: members.length });
    for (const child of children) this.#adopt(child, url);
    for (const member of members) this.#place(member, url);
    this.#underWay -= 1;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  result(): WalkedView {
    const depths = [...this.pages.keys()].map((url) => this.#depthOf(url));
    return {
      members: this.#members,
      pages: this.pages,
      depth: Math.max(...depths),
      faults: [...this.#faults, ...this.#openBelowImmutable()],
    };
  }

  #adopt(child: string, parent: string): void {
    const known = this.#parents.get(child);
    if (child === this.#root) this.#faults.push(`the root hangs below ${parent}`);
    else if (known !== undefined) this.#faults.push(`${child} has two parents: ${known} and ${parent}`);
    else {
      this.#parents.set(child, parent);
      this.#todo.push(child);
    }
  }

  #place(member: MemberFacts, url: string): void {
    const known = this.#members.get(member.iri);
    if (known === undefined) {
      this.#members.set(member.iri, { ...member, pages: [url] });
      return;
    }
    known.pages.push(url);
    this.#faults.push(`${member.iri} stands on ${known.pages.join(' and ')}`);
  }

  #openBelowImmutable(): string[] {
    return [...this.#parents]
      .filter(([child, parent]) => !this.pages.get(child)?.immutable && this.pages.get(parent)?.immutable)
      .map(([child, parent]) => `${child} is open below the immutable ${parent}`);
  }

  #depthOf(url: string): number {
    let depth = 0;
    for (let at = this.#parents.get(url); at !== undefined; at = this.#parents.get(at)) depth += 1;
    return depth;
  }
}
