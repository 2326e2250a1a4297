import jsonld from 'jsonld';
import { Parser, type Term } from 'n3';

/** What a walker needs to know of one page. */
export interface PageFacts {
  /** Nodes that the page's relations lead to. */
  readonly children: readonly string[];
  readonly members: readonly MemberFacts[];
}

export interface MemberFacts {
  readonly iri: string;
  readonly isVersionOf?: string;
  /** As written on the page. */
  readonly generatedAtTime?: string;
  /** The numeric or simple result as written; absent for members that are no observation. */
  readonly value?: string;
}

/** Reads one page of one media type. */
export type ParsePage = (body: string, pageUrl: string) => PageFacts | Promise<PageFacts>;

const TREE = 'https://w3id.org/tree#';
const RELATION = `${TREE}relation`;
const NODE = `${TREE}node`;
const MEMBER = `${TREE}member`;
const IS_VERSION_OF = 'http://purl.org/dc/terms/isVersionOf';
const GENERATED_AT = 'http://www.w3.org/ns/prov#generatedAtTime';
const HAS_RESULT = 'http://www.w3.org/ns/sosa/hasResult';
const SIMPLE_RESULT = 'http://www.w3.org/ns/sosa/hasSimpleResult';
const NUMERIC_VALUE = 'http://qudt.org/schema/qudt/numericValue';
const OF_INTEREST = new Set([
  ...[RELATION, NODE, MEMBER, IS_VERSION_OF, GENERATED_AT, HAS_RESULT, SIMPLE_RESULT, NUMERIC_VALUE],
]);

/** The triples of interest of one page, in any order. Subjects and objects: IRI, `_:label` or the literal's text. */
class FactsCollector {
  readonly #pageUrl: string;
  readonly #objects = new Map<string, Map<string, string>>();
  readonly #relations: string[] = [];
  readonly #members: string[] = [];

  constructor(pageUrl: string) {
    this.#pageUrl = pageUrl;
  }

  add(subject: string, predicate: string, object: string): void {
    if (predicate === MEMBER) this.#members.push(object);
    else if (predicate === RELATION && subject === this.#pageUrl) this.#relations.push(object);
    else if (predicate !== RELATION) {
      const known = this.#objects.get(subject);
      if (known === undefined) this.#objects.set(subject, new Map([[predicate, object]]));
      else known.set(predicate, object);
    }
  }

  facts(): PageFacts {
    const children = this.#relations.map((relation) => this.#objectOf(relation, NODE) ?? `${relation} without node`);
    return { children: [...new Set(children)], members: this.#members.map((iri) => this.#member(iri)) };
  }

  #member(iri: string): MemberFacts {
    const isVersionOf = this.#objectOf(iri, IS_VERSION_OF);
    const generatedAtTime = this.#objectOf(iri, GENERATED_AT);
    const result = this.#objectOf(iri, HAS_RESULT);
    const value =
      this.#objectOf(iri, SIMPLE_RESULT) ?? (result === undefined ? undefined : this.#objectOf(result, NUMERIC_VALUE));
    return {
      iri,
      ...(isVersionOf === undefined ? {} : { isVersionOf }),
      ...(generatedAtTime === undefined ? {} : { generatedAtTime }),
      ...(value === undefined ? {} : { value }),
    };
  }

  #objectOf(subject: string, predicate: string): string | undefined {
    return this.#objects.get(subject)?.get(predicate);
  }
}

/**
 * N-Quads and N-Triples line by line, without a term object for what nobody asks: some ten times as fast as a parser.
 * Throws for a line that is neither a statement, a comment nor empty.
 */
export const parseNQuadsPage: ParsePage = (body, pageUrl) => {
  const collector = new FactsCollector(pageUrl);
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf('\n', start);
    const end = newline === -1 ? body.length : newline;
    if (end > start && body[start] !== '#') readStatement(body, start, end, collector);
    start = end + 1;
  }
  return collector.facts();
};

function readStatement(body: string, start: number, end: number, collector: FactsCollector): void {
  const subjectEnd = body.indexOf(' ', start);
  const predicateEnd = body.indexOf(' ', subjectEnd + 1);
  if (subjectEnd === -1 || predicateEnd === -1 || predicateEnd >= end || !/\.\s*$/.test(body.slice(end - 2, end))) {
    throw new Error(`no N-Quads statement: ${body.slice(start, end)}`);
  }
  const predicate = body.slice(subjectEnd + 2, predicateEnd - 1);
  if (!OF_INTEREST.has(predicate)) return;
  collector.add(
    lexical(body.slice(start, subjectEnd)),
    predicate,
    lexical(objectToken(body.slice(predicateEnd + 1, end))),
  );
}

function objectToken(rest: string): string {
  if (!rest.startsWith('"')) return rest.slice(0, rest.indexOf(' '));
  return /^"(?:[^"\\]|\\.)*"/.exec(rest)?.[0] ?? '';
}

/** IRI without brackets, literal without quotes; the values asked for here need no unescaping. */
function lexical(token: string): string {
  return token.startsWith('_:') ? token : token.slice(1, -1);
}

/** Turtle, TriG, N-Triples or N-Quads through a complete parser, with the page's URL as base. */
export function parsePageWithN3(format: 'text/turtle' | 'application/trig' | 'application/n-triples'): ParsePage {
  return (body, pageUrl) => {
    const collector = new FactsCollector(pageUrl);
    for (const quad of new Parser({ format, baseIRI: pageUrl }).parse(body)) {
      if (OF_INTEREST.has(quad.predicate.value)) {
        collector.add(textOf(quad.subject), quad.predicate.value, textOf(quad.object));
      }
    }
    return collector.facts();
  };
}

function textOf(term: Term): string {
  return term.termType === 'BlankNode' ? `_:${term.value}` : term.value;
}

/** JSON-LD with its context in the page: a context by URL is refused, not fetched. */
export const parseJsonLdPage: ParsePage = async (body, pageUrl) => {
  const documentLoader = (url: string) => Promise.reject(new Error(`the page needs the context ${url}`));
  const options = { base: pageUrl, format: 'application/n-quads', documentLoader } as const;
  return parseNQuadsPage((await jsonld.toRDF(JSON.parse(body), options)) as unknown as string, pageUrl);
};

/** A parser for each of the five formats, by media type. */
export const PAGE_PARSERS: Readonly<Record<string, ParsePage>> = {
  'application/n-quads': parseNQuadsPage,
  'application/n-triples': parseNQuadsPage,
  'text/turtle': parsePageWithN3('text/turtle'),
  'application/trig': parsePageWithN3('application/trig'),
  'application/ld+json': parseJsonLdPage,
};
