import jsonld from 'jsonld';
import { Parser, type Quad } from 'n3';
import { type Ask, decodeBody, type Exchange } from './exchange.ts';
import { Graph } from './graph.ts';
import { JSON_LD, LDES_CONTEXT, NQUADS, RDF_MEDIA_TYPES } from './terms.ts';

/** What a URL answered, as RDF when it is that. */
export interface RdfDocument {
  /** As it was asked for. */
  readonly askedUrl: string;
  /** After redirects. */
  readonly url: string;
  readonly exchange: Exchange;
  readonly redirects: readonly Exchange[];
  readonly mediaType: string;
  readonly graph: Graph;
  /** Contexts that it refers to, as JSON-LD. */
  readonly contexts: readonly string[];
  /** Why there is no graph: it is empty then. */
  readonly unreadable?: string;
}

export type Send = (ask: Ask) => Promise<Exchange>;

const REDIRECTS_MAX = 5;

/**
 * Fetches a document and follows redirects. What does not answer or cannot be read as RDF has an empty graph and says why.
 */
export async function readDocument(
  send: Send,
  askedUrl: string,
  headers: Readonly<Record<string, string>>,
): Promise<RdfDocument> {
  const redirects: Exchange[] = [];
  const contexts: string[] = [];
  let url = askedUrl;
  let answered: Exchange = {
    url,
    method: 'GET',
    requestHeaders: headers,
    status: 0,
    headers: {},
    wire: Buffer.alloc(0),
  };
  const about = (graph: Graph, unreadable?: string): RdfDocument => ({
    ...{ askedUrl, url, exchange: answered, redirects, mediaType: mediaTypeOf(answered), graph, contexts },
    ...(unreadable !== undefined && { unreadable }),
  });
  try {
    answered = await send({ url, headers });
    while (isRedirect(answered) && redirects.length < REDIRECTS_MAX) {
      redirects.push(answered);
      url = new URL(answered.headers.location ?? '', url).href;
      answered = await send({ url, headers });
    }
    if (answered.status !== 200) return about(NOTHING, `answers ${answered.status}`);
    return about(new Graph(await parse(send, answered, url, contexts)));
  } catch (error) {
    return about(NOTHING, `cannot be read: ${(error as Error).message}`);
  }
}

const NOTHING = new Graph([]);

export function isRedirect({ status, headers }: Exchange): boolean {
  return status >= 300 && status < 400 && headers.location !== undefined;
}

export function mediaTypeOf({ headers }: Exchange): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Quads of a body in the order in which they stand there, JSON-LD aside; `contexts` takes the URLs that JSON-LD names. */
async function parse(send: Send, answered: Exchange, url: string, contexts: string[]): Promise<Quad[]> {
  const mediaType = mediaTypeOf(answered);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(decodeBody(answered));
  if (!(RDF_MEDIA_TYPES as readonly string[]).includes(mediaType))
    throw new Error(`${mediaType} is none of the formats`);
  if (mediaType !== JSON_LD) return parseText(text, mediaType, url);
  const documentLoader = async (contextUrl: string) => {
    contexts.push(contextUrl);
    if (contextUrl.includes(LDES_CONTEXT)) throw new Error(`the context ${contextUrl} is not for production`);
    const context = await send({ url: contextUrl, headers: { accept: 'application/ld+json, application/json' } });
    return { contextUrl: undefined, documentUrl: contextUrl, document: JSON.parse(decodeBody(context).toString()) };
  };
  const nquads = await jsonld.toRDF(JSON.parse(text), { base: url, format: NQUADS, documentLoader });
  return parseText(String(nquads), NQUADS, url);
}

function parseText(text: string, format: string, baseIRI: string): Quad[] {
  const takesRelative = format === 'text/turtle' || format === 'application/trig';
  return new Parser({ format, ...(takesRelative && { baseIRI }) }).parse(text);
}
