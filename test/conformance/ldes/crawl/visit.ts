import { type Page, toPage } from './page.ts';
import { type RdfDocument, readDocument, type Send } from './read-document.ts';
import { ANY_RDF, TREE } from './terms.ts';

/** One visit to a view: what the entry document says, and its pages. */
export interface Visit {
  readonly entry: RdfDocument;
  /** All pairs of stream and root that the entry document offers a client; it takes the first. */
  readonly offered: readonly { readonly stream: string; readonly root: string }[];
  readonly stream: string;
  readonly root: string;
  /** What the IRI of the stream answers. */
  readonly streamDocument: RdfDocument;
  /** By the URL that they answered at, in the order of a walk from the root. */
  readonly pages: ReadonlyMap<string, Page>;
  /** The URL that a linked page answered at, by the link. */
  readonly answeredAt: ReadonlyMap<string, string>;
  /** There were more pages than the bound. */
  readonly truncated: boolean;
}

const PARALLEL = 8;

/** Fetches the entry document, the view that it leads to and at most `pagesMax` of its pages. */
export async function visit(send: Send, entryUrl: string, pagesMax: number): Promise<Visit> {
  const headers = { accept: ANY_RDF };
  const entry = await readDocument(send, entryUrl, headers);
  const offered = offeredViews(entry);
  const first = offered[0];
  if (first === undefined) {
    const why = entry.unreadable === undefined ? 'names no view' : entry.unreadable;
    throw new Error(`${entryUrl} ${why}: there is nothing to judge`);
  }
  const { stream, root } = first;
  const documentUrl = stream.split('#')[0] ?? stream;
  const streamDocument = documentUrl === entry.url ? entry : await readDocument(send, documentUrl, headers);
  const walked = await walk(root, pagesMax, (url) => readDocument(send, url, headers));
  return { entry, offered, stream, root, streamDocument, ...walked };
}

/** LDES 1.0: the collection that has this document as its view, else the view of what was asked for. */
function offeredViews({ askedUrl, url, graph }: RdfDocument): { stream: string; root: string }[] {
  const views = graph.with(`${TREE}view`).map(({ subject, object }) => ({ stream: subject.value, root: object.value }));
  const ofPage = views.filter(({ root }) => root === url);
  if (ofPage.length > 0) return ofPage;
  const ofStream = views.filter(({ stream }) => stream === askedUrl || stream === url);
  return ofStream.length > 0 ? ofStream : views;
}

async function walk(
  root: string,
  pagesMax: number,
  read: (url: string) => Promise<RdfDocument>,
): Promise<Pick<Visit, 'pages' | 'answeredAt' | 'truncated'>> {
  const pages = new Map<string, Page>();
  const answeredAt = new Map<string, string>();
  const asked = new Set([root]);
  let waiting = [root];
  while (waiting.length > 0 && pages.size < pagesMax) {
    const batch = waiting.slice(0, Math.min(PARALLEL, pagesMax - pages.size));
    waiting = waiting.slice(batch.length);
    for (const document of await Promise.all(batch.map(read))) {
      answeredAt.set(document.askedUrl, document.url);
      if (pages.has(document.url)) continue;
      const page = toPage(document);
      pages.set(page.url, page);
      const fresh = page.links.filter((url) => !asked.has(url));
      for (const url of fresh) asked.add(url);
      waiting.push(...fresh);
    }
  }
  return { pages, answeredAt, truncated: waiting.length > 0 };
}

/** The pages that lead to each page, by its URL; the root has none in a sound tree. */
export function parentsOf({ pages, answeredAt }: Visit): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const page of pages.values()) {
    for (const link of page.links) {
      const child = answeredAt.get(link) ?? link;
      parents.set(child, [...(parents.get(child) ?? []), page.url]);
    }
  }
  return parents;
}
