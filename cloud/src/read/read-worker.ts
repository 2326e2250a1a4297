import { parentPort, workerData } from 'node:worker_threads';
import { closedName } from '../access/read-scope.ts';
import { createCatalogueRenderer } from '../catalogue/render-catalogue.ts';
import { createDereferencer } from '../dereference/dereference.ts';
import { createPageSource } from '../ldes/page-source.ts';
import { openStoreForReading } from '../log/open-store.ts';
import { createEventReader } from '../push/read-events.ts';
import { createQueries } from '../query/answer-query.ts';
import { createSensorThings } from '../sensorthings/answer-sensorthings.ts';
import { openTimeSeries } from '../timeseries/open-time-series.ts';
import { openIndexForReading } from '../views/open-index.ts';
import { encodePage } from './encode-page.ts';
import type {
  CataloguePage,
  PageTaskAnswer,
  ReadAnswer,
  ReaderSettings,
  ReadReply,
  ReadRequest,
  ReadTask,
} from './read-tasks.ts';

/** A thread that reads the store: pages and queries, one at a time, each finished before its answer leaves. */
const port = parentPort;
if (port === null) throw new Error('a reader runs as a worker thread');

const { file, indexFile, publicBaseUrl, feeds, allWithout, timeSeries } = workerData as ReaderSettings;
const store = openStoreForReading(file);
const index = indexFile === undefined ? undefined : openIndexForReading(indexFile);
const pages = createPageSource(store, { publicBaseUrl, feeds, index, allWithout });
const dereferencer = createDereferencer(store, publicBaseUrl);
const catalogue = createCatalogueRenderer(store, allWithout);
const queries = createQueries(store, openTimeSeries(store, timeSeries), publicBaseUrl);
const events = createEventReader(store, publicBaseUrl);
const sensorThings = createSensorThings(store, publicBaseUrl, () => performance.now());

port.on('message', async ({ id, task, closed }: ReadRequest) => {
  try {
    const answer = await answerTask(task, closed);
    const transfer =
      answer !== undefined && 'body' in answer && typeof answer.body !== 'string' ? [answer.body.buffer] : [];
    port.postMessage({ id, answer } satisfies ReadReply, transfer);
  } catch (error) {
    port.postMessage({ id, failure: (error as Error).message } satisfies ReadReply);
  }
});

// The number of no task: it has loaded.
port.postMessage({ id: 0, answer: undefined } satisfies ReadReply);

function answerTask(task: ReadTask, closed: readonly string[]): ReadAnswer<ReadTask> | Promise<ReadAnswer<ReadTask>> {
  switch (task.kind) {
    case 'page':
      return renderPage(task, closed);
    case 'dereference':
      return dereference(task, closed);
    case 'catalogue':
      return renderCatalogue(task);
    case 'sensorthings':
      return sensorThings(task, closed);
    case 'events':
      return closed.includes(closedName(task.organisation, task.stream)) ? { kind: 'absent' } : events(task);
    case 'query':
      return queries(task, closed);
  }
}

function renderPage(
  { page, encoding }: Extract<ReadTask, { kind: 'page' }>,
  closed: readonly string[],
): PageTaskAnswer {
  if (closed.includes(closedName(page.organisation, page.stream))) return { kind: 'absent' };
  const rendered = pages.render(page);
  if (rendered.kind !== 'page') return rendered;
  return {
    kind: 'page',
    final: rendered.final,
    seen: rendered.seen,
    ...encodePage(rendered.bytes, page.format, encoding),
  };
}

function dereference(
  { target, format, encoding }: Extract<ReadTask, { kind: 'dereference' }>,
  closed: readonly string[],
) {
  if (dereferencer.isClosed(target, closed)) return { isClosed: true as const };
  const found = dereferencer.read(target, format);
  if (found === undefined) return dereferencer.hasExpired(target) ? { isExpired: true as const } : undefined;
  return { modifiedMs: found.modifiedMs, ...encodePage(found.bytes, format, encoding) };
}

function renderCatalogue({ planned, format, encoding }: Extract<ReadTask, { kind: 'catalogue' }>): CataloguePage {
  const { bytes, modifiedMs } = catalogue.render(planned, format);
  return { modifiedMs, ...encodePage(bytes, format, encoding) };
}
