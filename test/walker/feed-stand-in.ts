import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One page of the stand-in, by its path: what it links to, which readings stand on it, whether it is immutable. */
export interface StandInPage {
  readonly children?: readonly string[];
  readonly members?: readonly number[];
  readonly immutable?: boolean;
}

export interface FeedStandIn {
  readonly origin: string;
  readonly rootUrl: string;
  memberIri(reading: number): string;
  /** Replaces or adds pages: the feed grows. */
  put(pages: Readonly<Record<string, StandInPage>>): void;
  close(): Promise<void>;
}

/** A feed made by hand, sound or broken, for trying the walker and the replica on. `/feed` is the root. */
export async function startFeedStandIn(initial: Readonly<Record<string, StandInPage>>): Promise<FeedStandIn> {
  const pages = new Map(Object.entries(initial));
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const page = pages.get(path);
    if (page === undefined) return response.writeHead(404).end('no such page');
    response.setHeader('content-type', 'application/n-quads');
    response.setHeader('cache-control', page.immutable ? 'public, max-age=604800, immutable' : 'public, max-age=1');
    return response.end(renderPage(origin, path, page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    rootUrl: `${origin}/feed`,
    memberIri: (reading) => memberIri(origin, reading),
    put: (more) => {
      for (const [path, page] of Object.entries(more)) pages.set(path, page);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function memberIri(origin: string, reading: number): string {
  return `${origin}/reading/${reading}#1`;
}

function renderPage(origin: string, path: string, { children = [], members = [] }: StandInPage): string {
  const page = `<${origin}${path}>`;
  const stream = `<${origin}/stream>`;
  const lines = [`${stream} <https://w3id.org/tree#view> <${origin}/feed> .`];
  if (path !== '/feed') lines.pop();
  lines.push(
    `${stream} <https://w3id.org/ldes#timestampPath> <http://www.w3.org/ns/prov#generatedAtTime> .`,
    `${stream} <https://w3id.org/ldes#versionOfPath> <http://purl.org/dc/terms/isVersionOf> .`,
  );
  children.forEach((child, index) => {
    lines.push(`${page} <https://w3id.org/tree#relation> _:r${index} .`);
    lines.push(`_:r${index} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/tree#Relation> .`);
    lines.push(`_:r${index} <https://w3id.org/tree#node> <${origin}${child}> .`);
  });
  for (const reading of members) {
    const member = `<${memberIri(origin, reading)}>`;
    lines.push(
      `${stream} <https://w3id.org/tree#member> ${member} .`,
      `${member} <http://purl.org/dc/terms/isVersionOf> <${origin}/reading/${reading}> .`,
      `${member} <http://www.w3.org/ns/prov#generatedAtTime> "${new Date(reading * 1000).toISOString()}"^^<http://www.w3.org/2001/XMLSchema#dateTime> .`,
      `${member} <http://www.w3.org/2000/01/rdf-schema#label> "a \\"quoted\\" . label"@en .`,
      `${member} <http://www.w3.org/ns/sosa/hasResult> _:v${reading} .`,
      `_:v${reading} <http://qudt.org/schema/qudt/numericValue> "${reading}.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .`,
    );
  }
  return `${lines.join('\n')}\n`;
}
