import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What comes of a request instead of its page. */
export type Mishap =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Half of the body under its whole length. */
  | { readonly kind: 'cut' };

export interface ForeignFeedOptions {
  readonly pageSize?: number;
  /** States of a few things that come again and again, or versions of them. */
  readonly objects?: 'versions' | 'states';
  /** How a full page shows that it is final. */
  readonly finalBy?: 'Cache-Control' | 'ldes:immutable' | 'nothing';
  /** Seconds that a page which is not final is fresh. */
  readonly maxAgeSeconds?: number;
  /** Asked for each request, with its number from 0: what goes wrong. */
  readonly mishap?: (path: string, request: number) => Mishap | undefined;
  readonly apiKey?: string;
}

/** A feed as servers of the Flemish data space publish them, on a server of its own. */
export interface ForeignFeed {
  /** Of the event stream; its document names the view. */
  readonly url: string;
  /** Publishes more members, `count` of them. */
  publish(count: number): void;
  /** IRIs of the members that a follower of versions must have; of states, those that it must have made. */
  expected(): string[];
  /** Paths that were answered with a whole page or with 304, in their order. */
  readonly answered: string[];
  stop(): Promise<void>;
}

const PREFIXES = `@prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://meters.example/ns#> .\n`;
/** More than a page holds: two states of one thing on a page cannot be told apart. */
const THINGS = 11;
const T0_MS = Date.parse('2026-03-01T00:00:00Z');

/** Starts it; every page is Turtle with relative IRIs, pages lie under `?pageNumber=`, each full one leads to the next. */
export async function startForeignFeed(options: ForeignFeedOptions = {}): Promise<ForeignFeed> {
  const { pageSize = 10, objects = 'versions', finalBy = 'Cache-Control', maxAgeSeconds = 1 } = options;
  const answered: string[] = [];
  let published = 0;
  let requests = 0;

  const thing = (number: number) => `https://meters.example/id/meter/${number % THINGS}`;
  const created = (number: number) => new Date(T0_MS + number * 1_000).toISOString();
  const member = (number: number) => {
    const iri = objects === 'versions' ? `${thing(number)}/v/${number}` : thing(number);
    const version = objects === 'versions' ? `dcterms:isVersionOf <${thing(number)}> ;` : '';
    return `</meter> tree:member <${iri}> .
      <${iri}> ${version} dcterms:created "${created(number)}"^^xsd:dateTime ; ex:reading [ ex:kWh ${number}.50 ; ex:note "één, \\"twee\\""@nl ] .\n`;
  };
  const isFull = (page: number) => published >= page * pageSize;

  const body = (path: string): string | undefined => {
    const stream = `</meter> a ldes:EventStream ; tree:view </meter/feed> ; ldes:timestampPath dcterms:created
      ${objects === 'versions' ? '; ldes:versionOfPath dcterms:isVersionOf' : ''} .\n`;
    if (path === '/meter') return PREFIXES + stream;
    if (path === '/meter/feed') {
      return `${PREFIXES}${stream}<feed> a tree:Node ; tree:relation [ a tree:Relation ; tree:node <feed?pageNumber=1> ] .`;
    }
    const page = Number(/^\/meter\/feed\?pageNumber=(\d+)$/.exec(path)?.[1]);
    if (!(page >= 1) || !(page === 1 || isFull(page - 1))) return undefined;
    const numbers = Array.from(
      { length: Math.min(pageSize, published - (page - 1) * pageSize) },
      (_, index) => (page - 1) * pageSize + index,
    );
    const next = isFull(page)
      ? `<> tree:relation [ a tree:GreaterThanOrEqualToRelation ; tree:node <?pageNumber=${page + 1}> ; tree:path dcterms:created ;
          tree:value "${created(page * pageSize)}"^^xsd:dateTime ] .\n`
      : '';
    const final = finalBy === 'ldes:immutable' && isFull(page) ? '<> ldes:immutable true .\n' : '';
    return `${PREFIXES}<> a tree:Node ; dcterms:isPartOf </meter> .\n</meter> a ldes:EventStream .\n${next}${final}${numbers.map(member).join('')}`;
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    const mishap = options.mishap?.(path, requests++);
    if (mishap?.kind === 'status') return response.writeHead(mishap.status, mishap.headers).end();
    if (options.apiKey !== undefined && request.headers['x-api-key'] !== options.apiKey)
      return response.writeHead(401).end();
    const text = body(path);
    if (text === undefined) return response.writeHead(404).end();
    const page = Number(path.split('=')[1]);
    const isFinal = finalBy === 'Cache-Control' && page >= 1 && isFull(page);
    const headers = {
      'content-type': 'text/turtle',
      etag: `"${Buffer.byteLength(text)}-${published}"`,
      'cache-control': isFinal ? 'public,max-age=604800,immutable' : `public,max-age=${maxAgeSeconds}`,
    };
    if (mishap?.kind === 'cut') {
      response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) });
      return response.write(text.slice(0, text.length / 2), () => response.destroy());
    }
    answered.push(path);
    if (request.headers['if-none-match'] === headers.etag) return response.writeHead(304, headers).end();
    return response.writeHead(200, headers).end(text);
  };

  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/meter`,
    publish(count) {
      published += count;
    },
    expected: () =>
      Array.from({ length: published }, (_, number) =>
        objects === 'versions' ? `${thing(number)}/v/${number}` : `${thing(number)}#${created(number)}`,
      ),
    answered,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
