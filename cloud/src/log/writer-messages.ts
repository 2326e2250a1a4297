import type { Acknowledgement, Welcome } from '@meetbrug/protocols/delivery';
import type { RetentionPolicy, ViewDefinition } from '@meetbrug/protocols/ldes';
import type { ColdWork } from '../cold/cold-work.ts';
import type { StoreRetentionConfig } from '../config/retention-config.ts';
import type { OutsideAppend, OutsideResult } from '../outside/outside-append.ts';
import type { OutsideTerms } from '../outside/outside-terms.ts';
import type { HeldStream } from '../retention/store-retention.ts';
import type { AllStreamSettings } from './all-streams.ts';
import type { BatchCounts } from './append-batch.ts';
import type { RenderVersion } from './render-version.ts';
import type { StreamHead } from './streams.ts';
import type { StoredView } from './views.ts';

/** What the writer worker is started with. */
export interface WriterSettings {
  readonly file: string;
  readonly quarantineBytesMax: number;
  /** In every IRI; stored with each view. */
  readonly publicBaseUrl: string;
  /** The streams that are served, those of all organisations too, each with the views that are configured for it. */
  readonly feeds: readonly ConfiguredFeed[];
  readonly all: AllStreamSettings;
  /** Without it everything is kept. */
  readonly retention?: StoreRetentionConfig | undefined;
  /** How what is committed from now on is published. */
  readonly renderVersion: RenderVersion;
}

export interface ConfiguredFeed {
  readonly organisation: string;
  readonly stream: string;
  readonly views: readonly { readonly definition: ViewDefinition; readonly retention?: RetentionPolicy | undefined }[];
  /** Of a stream from outside, how its members are known. */
  readonly outside?: OutsideTerms | undefined;
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
  | { readonly kind: 'outside'; readonly id: number; readonly append: OutsideAppend; readonly nowMs: number }
  | { readonly kind: 'hello'; readonly id: number; readonly edge: string }
  /** Look what was closed, and drop what no view need keep any more. */
  | { readonly kind: 'tend'; readonly retain: boolean }
  | { readonly kind: 'cold'; readonly id: number; readonly work: ColdWork }
  | { readonly kind: 'stop' };

/** Writer to main thread. */
export type WriterReply =
  | { readonly kind: 'ready'; readonly heads: readonly StreamHead[]; readonly views: readonly StoredView[] }
  /** Heads and views that changed by themselves: closed, live, dropped. */
  | { readonly kind: 'tended'; readonly heads: readonly StreamHead[]; readonly views: readonly StoredView[] }
  /** The streams that cannot be brought within their bytes. */
  | { readonly kind: 'retained'; readonly held: readonly HeldStream[] }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'welcome'; readonly id: number; readonly welcome: Welcome }
  /** With a detail: nothing of it was done. */
  | { readonly kind: 'cold-done'; readonly id: number; readonly detail?: string }
  | {
      readonly kind: 'committed';
      readonly batches: readonly CommittedBatch[];
      /** What came of members from outside. */
      readonly outside: readonly CommittedOutside[];
      readonly heads: readonly StreamHead[];
      readonly commitSeconds: number;
      readonly quarantineDropped: number;
    }
  | { readonly kind: 'clock-behind' | 'disk-full'; readonly ids: readonly number[]; readonly detail: string }
  | { readonly kind: 'stream-closed'; readonly id: number; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

export interface CommittedBatch {
  readonly id: number;
  readonly acknowledgement: Acknowledgement | undefined;
  readonly counts: BatchCounts;
}

export interface CommittedOutside {
  readonly id: number;
  /** By the place of the member in its append. */
  readonly results: readonly OutsideResult[];
}
