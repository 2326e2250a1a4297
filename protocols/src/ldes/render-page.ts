import type { Member, ObservationMember } from '../oslo/member.ts';
import { memberShape } from '../oslo/member-holes.ts';
import { compileMemberTemplate, createMemberWriter, type MemberTemplate } from '../oslo/member-template.ts';
import { type PublishedIris, publishedIris } from '../oslo/published-iris.ts';
import type { Triple } from '../oslo/triple.ts';
import type { RdfFormat } from './formats.ts';
import { createGrowingBytes } from './growing-bytes.ts';
import { memberTriples } from './member-triples.ts';
import type { PageDocument, StreamInfo } from './page-document.ts';
import { pageTriples } from './page-triples.ts';
import { createRecentCache } from './recent-cache.ts';
import { refuseImpossiblePage } from './refuse-impossible-page.ts';
import { streamContextTriples, streamIri } from './stream-context.ts';
import { JSON_LD_LINE } from './writers/json-ld-line.ts';
import type { Syntax } from './writers/syntax.ts';
import { SYNTAXES, writeDocument } from './writers/write-document.ts';

/**
 * Templates kept by one renderer, some 10 kB each; the least recently used goes. One serves all datastreams of a property,
 * and in a stream of all organisations all of those, so a renderer meets few: syntaxes × streams × properties ×
 * directions × kinds of time, and some with flags, inputs or a suppressed count.
 */
const TEMPLATES_MAX = 4_000;
const ORGANISATIONS_MAX = 500;

export interface PageRendererOptions {
  /** Scheme, host, optional path prefix; no trailing slash. */
  readonly publicBaseUrl: string;
  readonly templatesMax?: number;
}

/** A stream by the names in its IRI: all that its members need of it. */
export type StreamName = Pick<StreamInfo, 'organisation' | 'name'>;

/** What stands around each line; ASCII. */
export interface LineFrame {
  before(member: Member): string;
  readonly after: string;
}

export interface MemberLines {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the line of each member begins and ends, without its frame: begin, end, begin, … */
  readonly spans: readonly number[];
}

export interface PageRenderer {
  /** The bytes of a node, ASCII: the same page gives the same bytes. Throws for a page that its own view cannot have. */
  render(format: RdfFormat, page: PageDocument): Uint8Array<ArrayBuffer>;
  /** The document at the stream's own IRI: its context and a view, which should be `by-page`; no relations. */
  renderStreamDocument(format: RdfFormat, document: Pick<PageDocument, 'stream' | 'view'>): Uint8Array<ArrayBuffer>;
  /**
   * Members outside a page: each as a JSON-LD document on a line of its own, ASCII.
   * @param bytesMax no further line is begun once there are so many bytes; the first always is
   */
  renderLines(stream: StreamName, members: readonly Member[], frame: LineFrame, bytesMax: number): MemberLines;
}

/**
 * Renders the pages of all organisations. Observations go through byte templates, made when first needed; entities, which
 * are few, and what came from outside, whose shape nobody knows, through the writer. The renderer keeps its templates and one buffer of the size of its largest page.
 */
export function createPageRenderer({ publicBaseUrl, templatesMax = TEMPLATES_MAX }: PageRendererOptions): PageRenderer {
  const organisations = createRecentCache<PublishedIris>(ORGANISATIONS_MAX);
  const templates = createRecentCache<MemberTemplate>(templatesMax);
  const writeMember = createMemberWriter();
  const bytes = createGrowingBytes();

  function irisOf(organisation: string): PublishedIris {
    const known = organisations.get(organisation) ?? publishedIris(publicBaseUrl, organisation);
    organisations.set(organisation, known);
    return known;
  }

  function triplesOfMember(stream: StreamName, member: Member): Triple[] {
    return memberTriples(irisOf(member.organisation ?? stream.organisation), streamIri(publicBaseUrl, stream), member);
  }

  function templateOf(syntax: Syntax, stream: StreamName, member: ObservationMember): MemberTemplate {
    const key = `${syntax.name} ${stream.organisation}/${stream.name} ${memberShape(member)}`;
    const known = templates.get(key);
    if (known !== undefined) return known;
    const template = compileMemberTemplate(
      member,
      (sentinel) => syntax.between + syntax.blocks(triplesOfMember(stream, sentinel)),
    );
    templates.set(key, template);
    return template;
  }

  function appendMember(syntax: Syntax, stream: StreamName, member: Member): void {
    if (member.kind !== 'observation') {
      const blocks = member.kind === 'outside' ? syntax.anyBlocks : syntax.blocks;
      bytes.appendAscii(syntax.between + blocks(triplesOfMember(stream, member)));
      return;
    }
    const template = templateOf(syntax, stream, member);
    bytes.append(template.bytesMax, (target, at) => writeMember(template, member, target, at));
  }

  return {
    render(format, page) {
      refuseImpossiblePage(page);
      const syntax = SYNTAXES[format];
      bytes.clear();
      bytes.appendAscii(syntax.start + syntax.blocks(pageTriples(publicBaseUrl, page)));
      for (const member of page.members) appendMember(syntax, page.stream, member);
      bytes.appendAscii(syntax.end);
      return bytes.copy();
    },
    renderStreamDocument(format, document) {
      return new TextEncoder().encode(writeDocument(format, streamContextTriples(publicBaseUrl, document)));
    },
    renderLines(stream, members, { before, after }, bytesMax) {
      const spans: number[] = [];
      bytes.clear();
      for (const member of members) {
        if (spans.length > 0 && bytes.length() >= bytesMax) break;
        bytes.appendAscii(before(member));
        const begin = bytes.length();
        appendMember(JSON_LD_LINE, stream, member);
        spans.push(begin, bytes.length());
        bytes.appendAscii(after);
      }
      return { bytes: bytes.copy(), spans };
    },
  };
}
