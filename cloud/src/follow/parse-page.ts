import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import { type Fault, fail, type Result } from '@meetbrug/protocols/result';
import { parseDocument } from '../outside/parse-document.ts';
import type { RdfQuad } from '../outside/rdf-quad.ts';
import type { FetchedPage } from './fetch-page.ts';

/** The statements of a page, in whatever syntax it came; what is relative in it starts from the address that answered. */
export type ParsePage = (
  page: Pick<Extract<FetchedPage, { kind: 'page' }>, 'url' | 'mediaType' | 'body'>,
) => Promise<Result<readonly RdfQuad[], Fault<'not-rdf'>>>;

export const parsePage: ParsePage = async ({ url, mediaType, body }) => {
  const format = RDF_FORMATS.find((format) => MEDIA_TYPES[format] === mediaType);
  if (format === undefined) return fail('not-rdf', `${url}: answers "${mediaType}", which holds no statements`);
  const parsed = await parseDocument(body, format, url);
  return parsed.ok ? parsed : fail('not-rdf', `${url}: ${parsed.fault.detail}`);
};
