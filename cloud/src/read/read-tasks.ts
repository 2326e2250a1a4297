import type { CatalogueFormat } from '@meetbrug/protocols/dcat';
import type { RdfFormat } from '@meetbrug/protocols/ldes';
import type { PlannedCatalogue } from '../catalogue/plan-catalogue.ts';
import type { IdTarget } from '../dereference/id-path.ts';
import type { FeedSettings } from '../ldes/feed.ts';
import type { PageAnswer, PageRequest, SeenState } from '../ldes/page-request.ts';
import type { EventsAnswer, EventsRequest } from '../push/events-task.ts';
import type { QueryAnswer, QueryRequest } from '../query/query-tasks.ts';
import type { SensorThingsAnswer, SensorThingsRequest } from '../sensorthings/answer-sensorthings.ts';
import type { RunningTimeSeries } from '../timeseries/start-time-series.ts';

/** What a body may be encoded in, the smallest of equal ones first. */
export const ENCODINGS = ['br', 'zstd', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What a read worker is started with. */
export interface ReaderSettings {
  readonly file: string;
  readonly publicBaseUrl: string;
  /** The index of keyed views; undefined when there are none. */
  readonly indexFile: string | undefined;
  readonly feeds: ReadonlyMap<string, FeedSettings>;
  /** Streams that enter no stream of all organisations, as `organisation/stream`. */
  readonly allWithout: readonly string[];
  readonly timeSeries: Pick<RunningTimeSeries, 'rollupFile' | 'answerFrom'>;
}

/** Something that only a thread with a connection can answer. */
export type ReadTask =
  | ({ readonly kind: 'sensorthings' } & SensorThingsRequest)
  | { readonly kind: 'page'; readonly page: PageRequest; readonly encoding: Encoding }
  | {
      readonly kind: 'dereference';
      readonly target: IdTarget;
      readonly format: RdfFormat;
      readonly encoding: Encoding;
    }
  | {
      readonly kind: 'catalogue';
      readonly planned: PlannedCatalogue;
      readonly format: CatalogueFormat;
      readonly encoding: Encoding;
    }
  | ({ readonly kind: 'events' } & EventsRequest)
  | ({ readonly kind: 'query' } & QueryRequest);

/** A finished page: what goes out, and the name of exactly this representation. */
export interface RenderedPage {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Strong validator, quotes included. */
  readonly etag: string;
}

/** A page, or why there is none. */
export type PageTaskAnswer =
  | (RenderedPage & { readonly kind: 'page'; readonly final: boolean; readonly seen: SeenState })
  | Exclude<PageAnswer, { kind: 'page' }>;

/** What an IRI stands for; `modifiedMs` is the stamp of its newest version. */
export interface DereferencedPage extends RenderedPage {
  readonly modifiedMs: number;
}

/** What an IRI stands for is of a stream that its reader may not read, or would be if there were such a thing. */
export interface ClosedIri {
  readonly isClosed: true;
}

/** What an IRI stands for is older than what the store keeps. */
export interface ExpiredIri {
  readonly isExpired: true;
}

/** The catalogue; `modifiedMs` is the newest stamp in it, undefined while nothing was published. */
export interface CataloguePage extends RenderedPage {
  readonly modifiedMs: number | undefined;
}

export type ReadAnswer<Task extends ReadTask> = Task extends { kind: 'page' }
  ? PageTaskAnswer
  : Task extends { kind: 'sensorthings' }
    ? SensorThingsAnswer
    : Task extends { kind: 'dereference' }
      ? DereferencedPage | ExpiredIri | ClosedIri | undefined
      : Task extends { kind: 'catalogue' }
        ? CataloguePage
        : Task extends { kind: 'events' }
          ? EventsAnswer
          : QueryAnswer;

export interface ReadRequest {
  readonly id: number;
  readonly task: ReadTask;
  /** `organisation/stream` of what must not be in the answer. */
  readonly closed: readonly string[];
}

export type ReadReply =
  | {
      readonly id: number;
      readonly answer:
        | PageTaskAnswer
        | DereferencedPage
        | CataloguePage
        | QueryAnswer
        | EventsAnswer
        | SensorThingsAnswer
        | ExpiredIri
        | ClosedIri
        | undefined;
    }
  | { readonly id: number; readonly failure: string };
