import { parentPort, workerData } from 'node:worker_threads';
import { createPageSource } from '../ldes/page-source.ts';
import { openStoreForReading } from '../log/open-store.ts';
import { createDatastreamDirectory } from '../timeseries/datastream-directory.ts';
import { createSeriesReader } from '../timeseries/read-series.ts';
import { answerQuery } from './answer-query.ts';
import { encodePage } from './encode-page.ts';
import type { ReaderSettings, ReadReply, ReadRequest, ReadTask, RenderedPage } from './read-tasks.ts';

/** A thread that reads the store: pages and queries, one at a time, each finished before its answer leaves. */
const port = parentPort;
if (port === null) throw new Error('a reader runs as a worker thread');

const { file, publicBaseUrl, organisations } = workerData as ReaderSettings;
const store = openStoreForReading(file);
const pages = createPageSource(store, publicBaseUrl, organisations);
const directory = createDatastreamDirectory(store);
const series = createSeriesReader(store);

port.on('message', ({ id, task }: ReadRequest) => {
  try {
    const answer = task.kind === 'page' ? renderPage(task) : answerQuery(task, directory, series, publicBaseUrl);
    const transfer =
      answer !== undefined && 'body' in answer && typeof answer.body !== 'string' ? [answer.body.buffer] : [];
    port.postMessage({ id, answer } satisfies ReadReply, transfer);
  } catch (error) {
    port.postMessage({ id, failure: (error as Error).message } satisfies ReadReply);
  }
});

function renderPage({ page, encoding }: Extract<ReadTask, { kind: 'page' }>): RenderedPage | undefined {
  const bytes = pages.render(page);
  return bytes === undefined ? undefined : encodePage(bytes, page.format, encoding);
}
