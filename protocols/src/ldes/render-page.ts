import type { Member, ObservationMember } from '../oslo/member.ts';
import { memberShape } from '../oslo/member-holes.ts';
import { compileMemberTemplate, createMemberWriter, type MemberTemplate } from '../oslo/member-template.ts';
import { publishedIris } from '../oslo/published-iris.ts';
import type { Iri } from '../oslo/triple.ts';
import type { RdfFormat } from './formats.ts';
import { createGrowingBytes, type GrowingBytes } from './growing-bytes.ts';
import { memberTriples } from './member-triples.ts';
import type { PageDocument } from './page-document.ts';
import { pageTriples, streamContextTriples, streamIri } from './page-triples.ts';
import { createRecentCache } from './recent-cache.ts';
import type { Syntax } from './writers/syntax.ts';
import { SYNTAXES, writeDocument } from './writers/write-document.ts';

/**
 * Templates kept by one renderer, some 10 kB each; the least recently used goes. One serves all datastreams of a
 * property, so a renderer meets few: syntaxes × streams × properties × directions × kinds of time, and some with flags,
 * inputs or a suppressed count.
 */
const TEMPLATES_MAX = 2_000;

export interface PageRendererOptions {
  /** Scheme, host, optional path prefix; no trailing slash. */
  readonly publicBaseUrl: string;
  readonly organisation: string;
  readonly templatesMax?: number;
}

export interface PageRenderer {
  /** The bytes of a node, ASCII: the same page gives the same bytes. Throws for a page that its own view cannot have. */
  render(format: RdfFormat, page: PageDocument): Uint8Array<ArrayBuffer>;
  /** The document at the stream's own IRI: its context and a view, which should be `by-page`; no relations. */
  renderStreamDocument(format: RdfFormat, document: Pick<PageDocument, 'stream' | 'view'>): Uint8Array<ArrayBuffer>;
}

/**
 * Renders the pages of one organisation. Observations go through byte templates, made when first needed; entities, which
 * are few, through the writer. The renderer keeps its templates and one buffer of the size of its largest page.
 */
export function createPageRenderer(options: PageRendererOptions): PageRenderer {
  const iris = publishedIris(options.publicBaseUrl, options.organisation);
  const templates = createRecentCache<MemberTemplate>(options.templatesMax ?? TEMPLATES_MAX);
  const writeMember = createMemberWriter();
  const bytes = createGrowingBytes();

  function templateOf(syntax: Syntax, stream: Iri, member: ObservationMember): MemberTemplate {
    const key = `${syntax.name} ${stream.value} ${memberShape(member)}`;
    const known = templates.get(key);
    if (known !== undefined) return known;
    const template = compileMemberTemplate(
      member,
      (sentinel) => syntax.between + syntax.blocks(memberTriples(iris, stream, sentinel)),
    );
    templates.set(key, template);
    return template;
  }

  function appendMember(out: GrowingBytes, syntax: Syntax, stream: Iri, member: Member): void {
    if (member.kind === 'entity') {
      out.appendAscii(syntax.between + syntax.blocks(memberTriples(iris, stream, member)));
      return;
    }
    const template = templateOf(syntax, stream, member);
    out.append(template.bytesMax, (target, at) => writeMember(template, member, target, at));
  }

  return {
    render(format, page) {
      refuseImpossiblePage(page);
      const syntax = SYNTAXES[format];
      const stream = streamIri(iris, page.stream);
      bytes.clear();
      bytes.appendAscii(syntax.start + syntax.blocks(pageTriples(iris, page)));
      for (const member of page.members) appendMember(bytes, syntax, stream, member);
      bytes.appendAscii(syntax.end);
      return bytes.copy();
    },
    renderStreamDocument(format, { stream, view }) {
      return new TextEncoder().encode(writeDocument(format, streamContextTriples(iris, stream, view)));
    },
  };
}

function refuseImpossiblePage({ node, members, children, stream, view }: PageDocument): void {
  const isPage = node !== 'root' && node.level === 0;
  if (isPage ? children.length > 0 : members.length > 0)
    throw new RangeError('pages hold members, other nodes children');
  if (members.length > view.settings.pageSize) throw new RangeError(`${members.length} members on one page`);
  const kind = stream.kind === 'observations' ? 'observation' : 'entity';
  if (members.some((member) => member.kind !== kind)) throw new RangeError(`a member of ${stream.name} is no ${kind}`);
}
