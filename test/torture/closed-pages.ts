import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseNQuadsPage } from '../walker/page-facts.ts';

interface ClosedPage {
  readonly hash: string;
  readonly members: number;
}

const MEDIA_TYPE = 'application/n-quads';
const CONCURRENCY = 8;

/**
 * A reader who follows a view while everything breaks, always at its newest end, and remembers each page that was said to
 * be immutable: what it held then it must hold for ever, and that is as many members as a page has.
 */
export class ClosedPageWatch {
  readonly #rootUrl: string;
  readonly #pageSize: number;
  readonly #closed = new Map<string, ClosedPage>();
  #watching = false;
  #stopped: Promise<void> = Promise.resolve();

  constructor(rootUrl: string, pageSize: number) {
    this.#rootUrl = rootUrl;
    this.#pageSize = pageSize;
  }

  start(pollMs: number): void {
    this.#watching = true;
    this.#stopped = this.#follow(pollMs);
  }

  /** Stops following and looks at every closed page again; what is wrong with them. */
  async judge(): Promise<string[]> {
    this.#watching = false;
    await this.#stopped;
    const faults: string[] = [];
    const pages = [...this.#closed];
    const readers = Array.from({ length: CONCURRENCY }, async () => {
      for (let page = pages.pop(); page !== undefined; page = pages.pop()) {
        const [url, then] = page;
        if (then.members > 0 && then.members !== this.#pageSize)
          faults.push(`${url} was closed with ${then.members} members`);
        const now = await fetchPage(url);
        if (now?.hash !== then.hash) faults.push(`${url} has changed since it was closed`);
      }
    });
    await Promise.all(readers);
    return faults;
  }

  get closedCount(): number {
    return this.#closed.size;
  }

  async #follow(pollMs: number): Promise<void> {
    while (this.#watching) {
      // The cloud is killed again and again: no answer means nothing.
      await this.#descend(this.#rootUrl).catch(() => undefined);
      await delay(pollMs);
    }
  }

  /** Down the newest two children of each node: the last one that is full and the one that fills. */
  async #descend(url: string): Promise<void> {
    if (this.#closed.has(url)) return;
    const page = await fetchPage(url);
    if (page === undefined) return;
    if (page.immutable) this.#closed.set(url, page);
    for (const child of page.children.slice(-2)) await this.#descend(child);
  }
}

async function fetchPage(url: string) {
  const response = await fetch(url, { headers: { accept: MEDIA_TYPE }, signal: AbortSignal.timeout(5_000) });
  const body = await response.text();
  if (response.status !== 200) return undefined;
  const { children, members } = await parseNQuadsPage(body, url);
  const immutable = (response.headers.get('cache-control') ?? '').includes('immutable');
  return { immutable, children, members: members.length, hash: createHash('sha256').update(body).digest('hex') };
}
