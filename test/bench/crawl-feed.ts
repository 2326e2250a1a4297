import { Agent } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { fetchRaw, type RawAnswer } from './fetch-raw.ts';

export interface CrawledPage {
  readonly url: string;
  /** As it was on the wire. */
  readonly answer: RawAnswer;
  readonly memberCount: number;
}

export interface CrawlOptions {
  readonly rootUrl: string;
  readonly encoding: 'gzip' | 'br';
  /** Pages asked for at one time, each on a connection of its own. */
  readonly connections: number;
  readonly onPage: (page: CrawledPage) => void;
}

const DECOMPRESS = { gzip: promisify(gunzip), br: promisify(brotliDecompress) };
const MEMBER = Buffer.from('<https://w3id.org/tree#member> ');
const NODE = Buffer.from('<https://w3id.org/tree#node> <');
const IRI_END = '>'.charCodeAt(0);

/** Reads every page of a view once: decompresses it, counts its members and follows its relations, nothing else. */
export async function crawlFeed({ rootUrl, encoding, connections, onPage }: CrawlOptions): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const found = new Set([rootUrl]);
  const waiting = [rootUrl];
  const crawled = Promise.withResolvers<void>();
  let asking = 0;
  const askNext = () => {
    for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
      asking += 1;
      readPage(url).then(() => {
        asking -= 1;
        askNext();
      }, crawled.reject);
      if (asking === connections) return;
    }
    if (asking === 0) crawled.resolve();
  };
  const readPage = async (url: string) => {
    const answer = await fetchRaw(url, { agent, encoding });
    if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`);
    const text = await DECOMPRESS[encoding](answer.body);
    onPage({ url, answer, memberCount: countMembers(text) });
    for (const child of childrenIn(text)) {
      if (!found.has(child)) waiting.push(child);
      found.add(child);
    }
  };
  askNext();
  try {
    await crawled.promise;
  } finally {
    agent.destroy();
  }
}

function countMembers(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(MEMBER); at >= 0; at = text.indexOf(MEMBER, at + MEMBER.length)) count += 1;
  return count;
}

function* childrenIn(text: Buffer): Generator<string> {
  for (let at = text.indexOf(NODE); at >= 0; at = text.indexOf(NODE, at + 1)) {
    const start = at + NODE.length;
    yield text.toString('latin1', start, text.indexOf(IRI_END, start));
  }
}
