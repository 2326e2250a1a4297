import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type { RowGroup } from 'hyparquet';
import type { Encoding } from '../read/read-tasks.ts';
import type { DatastreamFilter } from '../timeseries/datastream-filter.ts';
import type { Aggregate, Every, QualityFilter } from '../timeseries/time-series.ts';
import type { Area } from './area.ts';
import type { CsvDialect } from './csv.ts';
import type { DatastreamFormat, ObservationFormat } from './query-formats.ts';
import type { Fill } from './query-parameters.ts';

/** What the datastreams that are meant have in common; what is absent is not asked about. */
export interface DatastreamSearch {
  readonly filter: DatastreamFilter;
  /** Each of them holds. */
  readonly areas: readonly Area[];
  /** Words in lower case, each of which stands somewhere in the description. */
  readonly words: readonly string[];
}

/** Which datastreams observations are asked of. */
export type SeriesSelection =
  | { readonly kind: 'one'; readonly key: DatastreamKey; readonly organisation?: string }
  | { readonly kind: 'some'; readonly search: DatastreamSearch; readonly keys: readonly DatastreamKey[] };

/** What a selection came to when the first part was read; later parts of one answer are read of the same. */
export interface SelectedSeries {
  readonly datastreams: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Summary {
  readonly every: Every;
  readonly aggregates: readonly Aggregate[];
  readonly fill: Fill;
}

/** One part of a series: a page that stands for itself, or a piece of an answer that is sent as a stream. */
export interface SeriesPart {
  readonly selection: SeriesSelection;
  readonly selected?: SelectedSeries;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly order: 'asc' | 'desc';
  readonly quality: QualityFilter;
  /** Absent for the observations themselves. */
  readonly summary?: Summary;
  readonly limit: number;
  /** Where the part begins; absent for the first. */
  readonly cursor?: string;
  readonly paging: 'page' | 'stream';
  readonly format: ObservationFormat;
  readonly dialect: CsvDialect;
  /** Path and query of the request without `from`, `to` and `cursor`, for the address of the next page. */
  readonly address: string;
  /** Of a page; a stream is not encoded. */
  readonly encoding: Encoding;
  /** What of the stream was sent before this part. */
  readonly before: { readonly rows: number; readonly bytes: number };
}

export interface DatastreamsPage {
  readonly search: DatastreamSearch;
  readonly afterId: number;
  readonly limit: number;
  readonly format: DatastreamFormat;
  readonly dialect: CsvDialect;
  /** Path and query of the request without `after`. */
  readonly address: string;
  readonly encoding: Encoding;
}

export interface OneDatastream {
  readonly key: DatastreamKey;
  readonly organisation?: string;
  readonly encoding: Encoding;
}

export type QueryRequest =
  | ({ readonly ask: 'series' } & SeriesPart)
  | ({ readonly ask: 'datastreams' } & DatastreamsPage)
  | ({ readonly ask: 'datastream' } & OneDatastream);

export interface QueryPart {
  readonly kind: 'part';
  readonly body: Uint8Array<ArrayBuffer>;
  /** Of a page: strong validator of exactly these bytes. */
  readonly etag?: string;
  /** Stamp of the newest version in a page; absent where the page shows more than versions with a stamp. */
  readonly modifiedMs?: number;
  /** Address of the next page; absent at the end. */
  readonly next?: string;
  readonly selected?: SelectedSeries;
  readonly rows?: number;
  /** Where the next part begins; absent at the end. */
  readonly cursor?: string;
  /** What the end of a Parquet file says of this part. */
  readonly rowGroups?: readonly RowGroup[];
}

/** Why there is no answer. */
export type QueryRefusal =
  | { readonly kind: 'not-found' | 'bad-request' | 'too-costly' | 'unavailable'; readonly detail: string }
  | { readonly kind: 'ambiguous'; readonly organisations: readonly string[] };

export type QueryAnswer = QueryPart | QueryRefusal;
