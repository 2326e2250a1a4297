import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { type Context, Hono } from 'hono';
import type { ReadScope } from '../access/read-scope.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { matchesEtag, negotiateEncoding, negotiateFormat } from './negotiate.ts';
import { notFound, problem } from './problem.ts';
import { notModifiedHeaders, type ServedPage } from './served-page.ts';
import { createVocabularyDocuments } from './vocabulary-documents.ts';
import { negotiateRepresentation } from './vocabulary-negotiation.ts';
import { createPropertyUsage } from './vocabulary-usage.ts';

const MOUNTED_AT = '/id/';

/**
 * The lexicon, the shapes and the JSON-LD contexts, to be mounted at `/id`.
 * @param publicBaseUrl scheme, host, optional path prefix; no trailing slash
 */
export function createVocabularyRoutes(
  publicBaseUrl: string,
  readers: Pick<ReadPool, 'run'>,
  everybody: ReadScope,
  nowMs: () => number = Date.now,
): Hono {
  const app = new Hono();
  const documents = createVocabularyDocuments(publicBaseUrl);
  const usage = createPropertyUsage(readers, everybody, nowMs);

  async function answer(context: Context): Promise<Response> {
    const path = context.req.path.slice(MOUNTED_AT.length);
    const kind = documents.kindOf(path);
    if (kind === undefined) return unknown(context);
    const accept = context.req.header('accept');
    const encoding = negotiateEncoding(context.req.header('accept-encoding'));
    const representation = kind === 'with-page' ? negotiateRepresentation(accept) : negotiateFormat(accept);
    if (representation === undefined) return notAcceptable(kind === 'with-page');
    const page =
      representation === 'html'
        ? await documents.html(path, await usage(), encoding)
        : documents.rdf(path, representation, encoding);
    return page === undefined ? unknown(context) : respond(context, page);
  }

  app.get('/concept/*', answer);
  app.get('/verkeerskenmerk/*', answer);
  app.get('/shape/*', answer);
  app.get('/context/:version', (context) => {
    const encoding = negotiateEncoding(context.req.header('accept-encoding'));
    const page = documents.context(context.req.param('version'), encoding);
    return page === undefined ? unknown(context) : respond(context, page);
  });
  return app;
}

function respond(context: Context, page: ServedPage): Response {
  if (matchesEtag(context.req.header('if-none-match'), page.etag)) {
    return new Response(null, { status: 304, headers: notModifiedHeaders(page) });
  }
  return new Response(page.body, { headers: page.headers });
}

function unknown(context: Context): Response {
  return notFound(`the lexicon has nothing at ${context.req.path.slice(0, 200)}`);
}

function notAcceptable(withPage: boolean): Response {
  const available = [...RDF_FORMATS.map((format) => MEDIA_TYPES[format]), ...(withPage ? ['text/html'] : [])];
  return problem(406, 'Not acceptable', `this document exists as ${available.join(', ')}`, {
    members: { available },
    headers: { Vary: 'Accept, Accept-Encoding' },
  });
}
