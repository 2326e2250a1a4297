/**
 * A load client that asks for different pages: each page of a range in turn, over as many connections as are asked for.
 * Argument: a {@link PageRun} as JSON. Sends `{ pagesPerSecond }`.
 */
import { Agent } from 'node:http';
import { fetchRaw } from './fetch-raw.ts';

export interface PageRun {
  readonly viewUrl: string;
  /** Number of the first page. */
  readonly from: number;
  readonly step: number;
  readonly count: number;
  readonly connections: number;
  /** How often the whole range is asked for. */
  readonly rounds: number;
}

const { viewUrl, from, step, count, connections, rounds } = JSON.parse(process.argv[2] ?? '') as PageRun;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const total = count * rounds;
let next = 0;

async function askInTurn(): Promise<void> {
  while (next < total) {
    const url = `${viewUrl}/page/${from + (next % count) * step}`;
    next += 1;
    const { status } = await fetchRaw(url, { agent });
    if (status !== 200) throw new Error(`${url} answers ${status}`);
  }
}

const startedMs = performance.now();
await Promise.all(Array.from({ length: connections }, askInTurn));
const pagesPerSecond = (total * 1000) / (performance.now() - startedMs);
process.send?.({ pagesPerSecond }, () => process.exit(0));
