import type { Acknowledgement, Welcome } from '@meetbrug/protocols/delivery';
import type { BatchCounts } from './append-batch.ts';
import type { RenderVersion } from './render-version.ts';
import type { StreamHead } from './streams.ts';
import type { ViewSettings } from './views.ts';

/** What the writer worker is started with. */
export interface WriterSettings {
  readonly file: string;
  readonly quarantineBytesMax: number;
  /** The feeds that are served, each with its `by-page` view. */
  readonly feeds: readonly { readonly organisation: string; readonly stream: string }[];
  readonly view: ViewSettings;
  /** How what is committed from now on is published. */
  readonly renderVersion: RenderVersion;
}

/** Main thread to writer. The time is the main thread's, so that there is one clock. */
export type WriterRequest =
  | {
      readonly kind: 'batch';
      readonly id: number;
      readonly edge: string;
      readonly organisation: string;
      readonly body: Uint8Array;
      readonly nowMs: number;
    }
  | { readonly kind: 'hello'; readonly id: number; readonly edge: string }
  | { readonly kind: 'stop' };

/** Writer to main thread. */
export type WriterReply =
  | { readonly kind: 'ready'; readonly heads: readonly StreamHead[] }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'welcome'; readonly id: number; readonly welcome: Welcome }
  | {
      readonly kind: 'committed';
      readonly batches: readonly CommittedBatch[];
      readonly heads: readonly StreamHead[];
      readonly commitSeconds: number;
      readonly quarantineDropped: number;
    }
  | { readonly kind: 'clock-behind'; readonly ids: readonly number[]; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

export interface CommittedBatch {
  readonly id: number;
  readonly acknowledgement: Acknowledgement | undefined;
  readonly counts: BatchCounts;
}
