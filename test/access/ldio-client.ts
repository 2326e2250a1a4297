import { Parser } from 'n3';
import { ask } from '../http/http-cloud.ts';
import type { Headers } from './credentials.ts';
import { BASE } from './private-cloud.ts';

const TREE = 'https://w3id.org/tree#';
const PAGES_MAX = 100;
const RETRIES = 5;
const RETRIED = (status: number) => status === 429 || status >= 500;

export interface LdioRun {
  /** IRIs of the members it came by. */
  readonly members: readonly string[];
  /** What each request was answered with. */
  readonly statuses: readonly number[];
  /** The status that ended it; undefined when it came to the end. */
  readonly stoppedBy: number | undefined;
}

/**
 * Walks a feed as the LDES client of the Flemish workbench does: one media type, gzip, its credentials in headers, 429 and
 * 5xx asked again up to five times, any other refusal the end.
 * @param path of the stream below the public base URL
 * @param waitSeconds what it does with `Retry-After`
 */
export async function walkAsLdio(
  port: number,
  path: string,
  credentials: Headers,
  waitSeconds: (seconds: number) => void = () => undefined,
): Promise<LdioRun> {
  const start = `${BASE}${path}`;
  const members = new Set<string>();
  const statuses: number[] = [];
  const seen = new Set([start]);
  for (const address of seen) {
    if (seen.size > PAGES_MAX) throw new Error('the feed does not end');
    const body = await fetchPage(port, address, credentials, statuses, waitSeconds);
    if (body === undefined) return { members: [...members], statuses, stoppedBy: statuses.at(-1) };
    for (const { predicate, object } of new Parser({ baseIRI: address }).parse(body)) {
      if (predicate.value === `${TREE}member`) members.add(object.value);
      if (predicate.value === `${TREE}node`) seen.add(object.value);
      if (predicate.value === `${TREE}view` && !seen.has(object.value)) seen.add(object.value);
    }
  }
  return { members: [...members], statuses, stoppedBy: undefined };
}

async function fetchPage(
  port: number,
  address: string,
  credentials: Headers,
  statuses: number[],
  waitSeconds: (seconds: number) => void,
): Promise<string | undefined> {
  const { pathname } = new URL(address);
  for (let attempt = 0; attempt <= RETRIES; attempt += 1) {
    const { status, headers, body } = await ask(port, pathname, { Accept: 'text/turtle', ...credentials });
    statuses.push(status);
    if (status === 200) return body.toString();
    if (!RETRIED(status)) return undefined;
    waitSeconds(Number(headers['retry-after'] ?? 1));
  }
  return undefined;
}
