import { join } from 'node:path';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import { openStoreForReading } from '../log/open-store.ts';
import type { StreamHead } from '../log/streams.ts';
import type { Writer, WriterEvents } from '../log/writer.ts';
import type { ReadPool } from '../read/read-pool.ts';
import type { PageTaskAnswer } from '../read/read-tasks.ts';
import { type Indexer, startIndexer } from './indexer.ts';
import type { ServedViews } from './served-views.ts';
import { keyedViews } from './stored-views.ts';
import { createViewDirectory } from './view-directory.ts';

export interface ViewsSettings {
  readonly dataDir: string;
  readonly storeFile: string;
  readonly isServed: (organisation: string, stream: string) => boolean;
  readonly retainEveryMinutes: number;
  readonly onIndexFailed: (detail: string) => void;
}

/** The views of a running cloud: what is served, the thread that fills them, and what is done on time. */
export interface RunningViews {
  readonly served: ServedViews;
  /** For the writer to say what it committed. */
  readonly events: Required<Pick<WriterEvents, 'onTended'>> & {
    readonly onHeads: (heads: readonly StreamHead[]) => void;
  };
  /** To be called when the log is open, before anything is read. The index's file, when there is one. */
  start(writer: Writer): Promise<Result<string | undefined, Fault<'index-unusable'>>>;
  /** Readers whose pages are watched: what they saw of a view counts, also before it is told. */
  watched(readers: Pick<ReadPool, 'run'>): Pick<ReadPool, 'run'>;
  /** Why keyed views stand still; undefined while they do not. */
  fault(): string | undefined;
  stop(): Promise<void>;
}

/** How soon a stream that another process closed is seen to be closed while nothing is committed. */
const LOOK_EVERY_MS = 2_000;
const MINUTE_MS = 60_000;

export function createViews(settings: ViewsSettings): RunningViews {
  const directory = createViewDirectory(settings.isServed);
  const timers: NodeJS.Timeout[] = [];
  let indexer: Indexer | undefined;
  let failure: string | undefined;

  const onFailed = (detail: string) => {
    failure = `views other than by-page and latest stand still until the next start: ${detail}`;
    settings.onIndexFailed(failure);
  };
  const tendOnTime = (writer: Writer) => {
    writer.tend(true);
    timers.push(
      setInterval(() => writer.tend(true), settings.retainEveryMinutes * MINUTE_MS),
      setInterval(() => writer.tend(false), LOOK_EVERY_MS),
    );
    for (const timer of timers) timer.unref();
  };

  return {
    served: directory,
    events: {
      onHeads(heads) {
        directory.setHeads(heads);
        indexer?.wake();
      },
      onTended({ heads, views }) {
        directory.setHeads(heads);
        directory.setViews(views);
        if (views.length > 0) indexer?.noteDropped();
        else indexer?.wake();
      },
    },
    async start(writer) {
      directory.setHeads(writer.opened.heads);
      directory.setViews(writer.opened.views);
      tendOnTime(writer);
      if (!needsIndex(settings.storeFile)) return ok(undefined);
      const indexFile = join(settings.dataDir, 'views.sqlite');
      const onMoved = directory.setIndexed;
      const started = await startIndexer({ storeFile: settings.storeFile, indexFile }, { onMoved, onFailed });
      if (!started.ok) return started;
      indexer = started.value;
      directory.setIndexed(indexer.opened);
      return ok(indexFile);
    },
    watched: (readers) => ({
      async run(task, scope, turn) {
        const answered = await readers.run(task, scope, turn);
        if (task.kind === 'page' && answered.ok) {
          const answer = answered.value as PageTaskAnswer;
          if (answer.kind === 'page') directory.see(task.page, answer.seen);
        }
        return answered;
      },
    }),
    fault: () => failure,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await indexer?.stop();
    },
  };
}

function needsIndex(storeFile: string): boolean {
  const store = openStoreForReading(storeFile);
  const needed = keyedViews(store).length > 0;
  store.close();
  return needed;
}
