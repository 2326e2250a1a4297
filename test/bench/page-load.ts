import type { PageRun } from './ask-pages.ts';
import { startChild } from './child.ts';

/** Pages a second over different pages: how often each is asked for, by how many connections. */
export async function askPages(run: PageRun): Promise<number> {
  const client = startChild('ask-pages.ts', [JSON.stringify(run)]);
  return (await client.next<{ pagesPerSecond: number }>()).pagesPerSecond;
}
