import { MEDIA_TYPES, type RdfFormat } from '@meetbrug/protocols/ldes';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import jsonld from 'jsonld/lib/jsonld.js';
import { DataFactory, Parser } from 'n3/lib/index.js';
import type { RdfQuad } from './rdf-quad.ts';

export type DocumentFaultCode = 'unreadable' | 'remote-context' | 'too-many-statements';

/** Statements of one document: a few hundred bytes of memory each while it is read. */
export const STATEMENTS_MAX = 500_000;

/** What stops a parser in the middle: it keeps everything it has read. */
class TooManyStatements extends Error {}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The statements of a document of a stranger. Nothing is ever fetched for it, and of JSON-LD nothing is left out silently:
 * what would be is a fault. The detail is for the sender.
 *
 * @param base IRI that relative ones start from
 */
export async function parseDocument(
  bytes: Uint8Array,
  format: RdfFormat,
  base: string,
): Promise<Result<readonly RdfQuad[], Fault<DocumentFaultCode>>> {
  let text: string;
  try {
    text = UTF_8.decode(bytes);
  } catch {
    return fail('unreadable', 'the body is not UTF-8');
  }
  return format === 'jsonld' ? parseJsonLd(text, base) : parseText(text, format, base);
}

function parseText(
  text: string,
  format: Exclude<RdfFormat, 'jsonld'>,
  base: string,
): Result<readonly RdfQuad[], Fault<DocumentFaultCode>> {
  let statements = 0;
  const factory = {
    ...DataFactory,
    quad(...terms: Parameters<typeof DataFactory.quad>): RdfQuad {
      statements += 1;
      if (statements > STATEMENTS_MAX) throw new TooManyStatements();
      return DataFactory.quad(...terms);
    },
  };
  try {
    const isLines = format === 'nquads' || format === 'ntriples';
    const parser = new Parser({ format: MEDIA_TYPES[format], factory, ...(isLines ? {} : { baseIRI: base }) });
    return ok(parser.parse(text));
  } catch (error) {
    if (error instanceof TooManyStatements) return tooMany();
    return fail('unreadable', `the body is no ${MEDIA_TYPES[format]}: ${shorten((error as Error).message)}`);
  }
}

async function parseJsonLd(text: string, base: string): Promise<Result<readonly RdfQuad[], Fault<DocumentFaultCode>>> {
  let wanted: string | undefined;
  const documentLoader = (url: string): Promise<never> => {
    wanted = url;
    return Promise.reject(new Error('nothing is fetched'));
  };
  try {
    const quads = await jsonld.toRDF(JSON.parse(text), { base, safe: true, documentLoader });
    return quads.length > STATEMENTS_MAX ? tooMany() : ok(quads);
  } catch (error) {
    if (wanted !== undefined) {
      return fail(
        'remote-context',
        `the document needs ${shorten(wanted)}: put that context into the document, nothing is ever fetched`,
      );
    }
    return fail('unreadable', `the body is no ${MEDIA_TYPES.jsonld}: ${shorten((error as Error).message)}`);
  }
}

function tooMany(): Result<never, Fault<DocumentFaultCode>> {
  return fail('too-many-statements', `more than ${STATEMENTS_MAX} statements: send them in several requests`);
}

function shorten(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
