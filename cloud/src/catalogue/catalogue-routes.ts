import { CATALOGUE_FORMATS, CATALOGUE_MEDIA_TYPES, type CatalogueFormat } from '@meetbrug/protocols/dcat';
import type { Fault, Result } from '@meetbrug/protocols/result';
import { type Context, Hono } from 'hono';
import { matchesEtag, negotiateEncoding } from '../http/negotiate.ts';
import { notAcceptable, notFound, redirectToCanonical, unanswered } from '../http/problem.ts';
import { targetOf } from '../http/request-target.ts';
import { notModifiedHeaders } from '../http/served-page.ts';
import type { CatalogueDocuments } from './catalogue-documents.ts';
import { mostLiked, type Offer } from './most-liked.ts';

/** The catalogue, or which settings it waits for. */
export type ServedCatalogue = Result<CatalogueDocuments, Fault<'catalogue-incomplete'>>;

const PATH = '/catalogue';

const RDF_OFFERS: readonly Offer<CatalogueFormat>[] = CATALOGUE_FORMATS.map((name) => ({
  name,
  types: [CATALOGUE_MEDIA_TYPES[name]],
}));
/** People who follow a link get Turtle, as from every other document of ours. */
const CATALOGUE_OFFERS: readonly Offer<CatalogueFormat>[] = [
  ...RDF_OFFERS,
  { name: 'turtle', types: ['text/html', 'application/xhtml+xml'] },
];
const HOME_OFFERS: readonly Offer<CatalogueFormat | 'html' | 'json'>[] = [
  { name: 'html', types: ['text/html', 'application/xhtml+xml'] },
  { name: 'json', types: ['application/json'] },
  ...RDF_OFFERS,
];

/** What the front page is to be: a page for whoever names nothing better, the catalogue for whoever names RDF. */
export function negotiateHome(accept: string | undefined): CatalogueFormat | 'html' | 'json' {
  return mostLiked(accept, HOME_OFFERS) ?? 'html';
}

/** The route of the catalogue, to be mounted at the root. */
export function createCatalogueRoutes(publicBaseUrl: string, catalogue: ServedCatalogue): Hono {
  const app = new Hono();
  app.get(PATH, (context) => {
    if (targetOf(context) !== PATH) return redirectToCanonical(`${publicBaseUrl}${PATH}`);
    const format = mostLiked(context.req.header('accept'), CATALOGUE_OFFERS);
    return format === undefined
      ? notAcceptable(CATALOGUE_FORMATS.map((name) => CATALOGUE_MEDIA_TYPES[name]))
      : answerCatalogue(context, catalogue, format);
  });
  app.get(`${PATH}/`, () => redirectToCanonical(`${publicBaseUrl}${PATH}`));
  return app;
}

/** The catalogue in one format. Where it is not complete the answer names the settings. */
export async function answerCatalogue(
  context: Context,
  catalogue: ServedCatalogue,
  format: CatalogueFormat,
): Promise<Response> {
  if (!catalogue.ok) return notFound(catalogue.fault.detail);
  const loaded = await catalogue.value.load(format, negotiateEncoding(context.req.header('accept-encoding')));
  if (!loaded.ok) return unanswered(loaded.fault);
  const page = loaded.value;
  return matchesEtag(context.req.header('if-none-match'), page.etag)
    ? new Response(null, { status: 304, headers: notModifiedHeaders(page) })
    : new Response(page.body, { headers: page.headers });
}
