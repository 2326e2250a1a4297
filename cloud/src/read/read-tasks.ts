import type { PropertyKey } from '@meetbrug/protocols/properties';
import type { PageRequest } from '../ldes/page-source.ts';
import type { DatastreamFilter } from '../timeseries/datastream-filter.ts';

export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What a read worker is started with. */
export interface ReaderSettings {
  readonly file: string;
  readonly publicBaseUrl: string;
  readonly organisations: number;
}

/** Something that only a thread with a connection can answer. */
export type ReadTask =
  | { readonly kind: 'page'; readonly page: PageRequest; readonly encoding: Encoding }
  | {
      readonly kind: 'datastreams';
      readonly filter?: DatastreamFilter;
      readonly afterId: number;
      readonly limit: number;
    }
  | { readonly kind: 'datastream'; readonly key: string; readonly organisation?: string }
  | {
      readonly kind: 'observations';
      readonly key: string;
      readonly organisation?: string;
      readonly fromMs?: number;
      readonly toMs?: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'point-series';
      readonly filter: DatastreamFilter & { readonly measuringPoint: string; readonly property: PropertyKey };
      readonly fromMs?: number;
      readonly toMs?: number;
      readonly limit: number;
    };

/** A finished page: what goes out, and the name of exactly this representation. */
export interface RenderedPage {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Strong validator, quotes included. */
  readonly etag: string;
}

/** JSON text, or why there is none. `next` is what to ask for to go on. */
export type QueryAnswer =
  | { readonly kind: 'json'; readonly body: string }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'too-many'; readonly detail: string }
  | { readonly kind: 'ambiguous'; readonly organisations: readonly string[] };

export type ReadAnswer<Task extends ReadTask> = Task extends { kind: 'page' } ? RenderedPage | undefined : QueryAnswer;

export interface ReadRequest {
  readonly id: number;
  readonly task: ReadTask;
}

export type ReadReply =
  | { readonly id: number; readonly answer: RenderedPage | QueryAnswer | undefined }
  | { readonly id: number; readonly failure: string };
