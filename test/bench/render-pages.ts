/**
 * Makes closed pages of `by-page` from a store, as a read worker does, in a process of its own with a single thread.
 * Arguments: store file, public base URL, number of pages. Sends {@link RenderRates}.
 */
import { createPageSource } from '@meetbrug/cloud/src/ldes/page-source.ts';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import { encodePage } from '@meetbrug/cloud/src/read/encode-page.ts';
import { compressBare } from './baseline/bare-compression.ts';
import { writeWithN3 } from './baseline/n3-writer.ts';
import { ORGANISATION, STREAM } from './bench-cloud.ts';

/** Members a second. */
export interface RenderRates {
  readonly identity: number;
  readonly gzip: number;
  readonly br: number;
  readonly n3: number;
  readonly bareGzip: number;
  readonly bareBr: number;
}

const MEMBERS_PER_PAGE = 250;
/** Pages that the baselines work on: they are slower, or always cost the same. */
const BASELINE_PAGES = 40;

const [storeFile = '', publicBaseUrl = '', pageCount = ''] = process.argv.slice(2);
const feed = { organisation: ORGANISATION, stream: STREAM, title: 'Demo', pollingIntervalSeconds: 1 };
const source = createPageSource(openStoreForReading(storeFile), {
  publicBaseUrl,
  feeds: new Map([[`${ORGANISATION}/${STREAM}`, feed]]),
  allWithout: [],
});

function render(page: number): Uint8Array<ArrayBuffer> {
  const answer = source.render({
    organisation: ORGANISATION,
    stream: STREAM,
    view: 'by-page',
    path: `page/${page}`,
    format: 'nquads',
  });
  if (answer.kind !== 'page' || !answer.final) throw new Error(`page ${page} is not closed`);
  return answer.bytes;
}

function rate(encoding: 'identity' | 'gzip' | 'br'): number {
  const startedMs = performance.now();
  for (let page = 0; page < Number(pageCount); page += 1) encodePage(render(page), 'nquads', encoding);
  return (Number(pageCount) * MEMBERS_PER_PAGE * 1000) / (performance.now() - startedMs);
}

// The first pages compile the code: a worker that has just started is not what is measured.
const sample = Array.from({ length: BASELINE_PAGES }, (_, page) => render(page));
const sampleRate = (seconds: number) => (BASELINE_PAGES * MEMBERS_PER_PAGE) / seconds;
const rates: RenderRates = {
  identity: rate('identity'),
  gzip: rate('gzip'),
  br: rate('br'),
  n3: sampleRate(writeWithN3(sample)),
  bareGzip: sampleRate(compressBare(sample, 'gzip')),
  bareBr: sampleRate(compressBare(sample, 'br')),
};
process.send?.(rates, () => process.exit(0));
