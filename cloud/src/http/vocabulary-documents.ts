import { CATALOGUE_SHAPES } from '@meetbrug/protocols/dcat';
import { contentType, type RdfFormat, writeVocabulary } from '@meetbrug/protocols/ldes';
import {
  CONTEXT_DOCUMENTS,
  conceptSchemeTriples,
  conceptTriples,
  findConcept,
  findConceptScheme,
  type NodeShape,
  publishedShapes,
  SHAPE_NAMES,
  shapeTriples,
  type Triple,
} from '@meetbrug/protocols/oslo';
import { encodePage } from '../read/encode-page.ts';
import type { Encoding } from '../read/read-tasks.ts';
import type { ServedPage } from './served-page.ts';
import { conceptPage, conceptSchemePage } from './vocabulary-html.ts';
import type { Representation } from './vocabulary-negotiation.ts';
import { CONTENT_SECURITY_POLICY } from './vocabulary-style.ts';
import type { PropertyUsage } from './vocabulary-usage.ts';

const MAX_AGE_SECONDS = 300;
/** Pages with counts: as long as a count is kept. */
const HTML_MAX_AGE_SECONDS = 60;
const CONTEXT_MAX_AGE_SECONDS = 31_536_000;

/** Everything below `/id/` that belongs to no organisation: concepts, shapes and JSON-LD contexts. */
export interface VocabularyDocuments {
  /** Whether there is a concept, a scheme or a shape at a path below `/id/`, and whether people can read it as a page. */
  kindOf(path: string): 'with-page' | 'rdf-only' | undefined;
  rdf(path: string, format: RdfFormat, encoding: Encoding): ServedPage | undefined;
  html(path: string, usage: PropertyUsage | undefined, encoding: Encoding): Promise<ServedPage | undefined>;
  context(version: string, encoding: Encoding): ServedPage | undefined;
}

/**
 * Documents are made when first asked for and kept: there are some sixty, in six representations and three encodings.
 * @param publicBaseUrl scheme, host, optional path prefix; no trailing slash
 */
export function createVocabularyDocuments(publicBaseUrl: string): VocabularyDocuments {
  const shapes = publishedShapes(publicBaseUrl);
  const shapePaths = new Map<string, NodeShape>([
    ...SHAPE_NAMES.map((name) => [`shape/${name}`, shapes[name]] as const),
    ...[...CATALOGUE_SHAPES].map(([name, shape]) => [`shape/${name}`, shape] as const),
  ]);
  const kept = new Map<string, ServedPage>();

  function triplesAt(path: string): Triple[] | undefined {
    const scheme = findConceptScheme(path);
    if (scheme !== undefined) return conceptSchemeTriples(publicBaseUrl, scheme);
    const found = findConcept(path);
    if (found !== undefined) return conceptTriples(publicBaseUrl, found.scheme, found.concept);
    const shape = shapePaths.get(path);
    return shape === undefined ? undefined : shapeTriples(publicBaseUrl, shape);
  }
  function pageAt(path: string, usage: PropertyUsage | undefined): Promise<string> | undefined {
    const reader = { publicBaseUrl, usage };
    const scheme = findConceptScheme(path);
    if (scheme !== undefined) return conceptSchemePage(reader, scheme);
    const found = findConcept(path);
    return found === undefined ? undefined : conceptPage(reader, found.concept, found.scheme);
  }
  function keep(key: string, make: () => ServedPage | undefined): ServedPage | undefined {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (made !== undefined) kept.set(key, made);
    return made;
  }

  return {
    kindOf(path) {
      if (findConceptScheme(path) !== undefined || findConcept(path) !== undefined) return 'with-page';
      return shapePaths.has(path) ? 'rdf-only' : undefined;
    },
    rdf: (path, format, encoding) =>
      keep(`${path} ${format} ${encoding}`, () => {
        const triples = triplesAt(path);
        if (triples === undefined) return undefined;
        const text = writeVocabulary(format, triples);
        return served(text, format, encoding, {
          'Content-Type': contentType(format),
          'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
          Vary: 'Accept, Accept-Encoding',
        });
      }),
    async html(path, usage, encoding) {
      const text = await pageAt(path, usage);
      if (text === undefined) return undefined;
      return served(text, 'html', encoding, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': `public, max-age=${HTML_MAX_AGE_SECONDS}`,
        Vary: 'Accept, Accept-Encoding',
      });
    },
    context: (version, encoding) =>
      keep(`context/${version} ${encoding}`, () => {
        const text = CONTEXT_DOCUMENTS.get(version);
        if (text === undefined) return undefined;
        return served(text, 'jsonld', encoding, {
          'Content-Type': contentType('jsonld'),
          'Cache-Control': `public, max-age=${CONTEXT_MAX_AGE_SECONDS}, immutable`,
          Vary: 'Accept-Encoding',
        });
      }),
  };
}

function served(
  text: string,
  representation: Representation,
  encoding: Encoding,
  headers: Readonly<Record<string, string>>,
): ServedPage {
  const { body, etag } = encodePage(new TextEncoder().encode(text), representation, encoding);
  return {
    body,
    etag,
    headers: {
      ...headers,
      'Content-Length': String(body.length),
      ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
      ETag: etag,
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'ETag',
    },
  };
}
