import { type Ask, type Exchange, exchange } from './crawl/exchange.ts';
import { isImmutable, type Page } from './crawl/page.ts';
import { type RdfDocument, readDocument } from './crawl/read-document.ts';
import { type Visit, visit } from './crawl/visit.ts';

export interface CrawlOptions {
  /** Pages of the view that are read at most, in the format that the server likes best. */
  readonly pagesMax: number;
  /** Pages that are also read in every other format and asked special questions. */
  readonly samplesMax: number;
  /** Awaited between the two visits: time for the stream to grow. */
  readonly betweenVisits: () => Promise<void>;
}

/** What a rule may ask. Visits are made once, when the first rule needs them. */
export interface ServerUnderTest {
  readonly entryUrl: string;
  first(): Promise<Visit>;
  /** A visit after the first, when something may have been added. */
  second(): Promise<Visit>;
  /** Pages of every sort that the first visit met: the root, nodes and pages of members, open and immutable. */
  samples(): Promise<readonly Page[]>;
  ask(ask: Ask): Promise<Exchange>;
  read(url: string, accept: string): Promise<RdfDocument>;
  /** Everything asked so far, redirects too. */
  exchanges(): readonly Exchange[];
}

/** Prepares the questions to the server that serves `entryUrl`; nothing is asked yet. */
export function serverUnderTest(entryUrl: string, options: CrawlOptions): ServerUnderTest {
  const exchanges: Exchange[] = [];
  const send = async (ask: Ask) => {
    const answered = await exchange(ask);
    exchanges.push(answered);
    return answered;
  };
  let firstVisit: Promise<Visit> | undefined;
  let secondVisit: Promise<Visit> | undefined;
  const first = () => {
    firstVisit ??= visit(send, entryUrl, options.pagesMax);
    return firstVisit;
  };
  const second = async () => {
    await first();
    secondVisit ??= options.betweenVisits().then(() => visit(send, entryUrl, options.pagesMax));
    return secondVisit;
  };
  return {
    entryUrl,
    first,
    second,
    samples: async () => sample(await first(), options.samplesMax),
    ask: send,
    read: (url, accept) => readDocument(send, url, { accept }),
    exchanges: () => exchanges,
  };
}

/** One page of each sort first, then others. */
function sample({ pages, root }: Visit, samplesMax: number): Page[] {
  const sortOf = (page: Page) => `${page.url === root} ${page.members.length > 0} ${isImmutable(page)}`;
  const readable = [...pages.values()].filter(({ document }) => document.unreadable === undefined);
  const ofEachSort = [...new Map(readable.toReversed().map((page) => [sortOf(page), page])).values()];
  return [...new Set([...ofEachSort, ...readable])].slice(0, samplesMax);
}
