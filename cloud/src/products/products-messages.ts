import type { QualityFlag } from '@meetbrug/protocols/observation';
import type { ConfiguredRules } from './configured-rules.ts';
import type { Neighbourhood } from './neighbourhoods.ts';
import type { ProductOutcome } from './product-engine.ts';
import type { PublishedWork, RefusedValue } from './publish-work.ts';

/** What the thread of the products is started with. */
export interface ProductsSettings {
  readonly storeFile: string;
  readonly productsFile: string;
  readonly rules: ConfiguredRules;
  readonly neighbourhoods: readonly Neighbourhood[];
  readonly licence: string;
  readonly fromMs: number;
  readonly settleMs: number;
  readonly coverageMin: number;
  readonly sensorShareMin: number;
  readonly leaveOut: readonly QualityFlag[];
  /** The highest sequence that the log knows of the virtual edge. */
  readonly highestSequence: number;
}

/** Main thread to the products. The time is the main thread's, so that there is one clock. */
export type ProductsRequest =
  /** Something was committed, or time has passed. */
  | { readonly kind: 'wake'; readonly nowMs: number }
  /** What became of a body: `later` when it must be given again. */
  | { readonly kind: 'delivered'; readonly outcome: 'committed' | 'later'; readonly refused: readonly RefusedValue[] }
  | { readonly kind: 'stop' };

/** The products to the main thread. */
export type ProductsReply =
  | { readonly kind: 'ready' }
  /** At most one is under way. */
  | { readonly kind: 'deliver'; readonly organisation: string; readonly body: Uint8Array; readonly sequences: number }
  | {
      readonly kind: 'counted';
      readonly outcomes: Readonly<Partial<Record<ProductOutcome, number>>>;
      readonly refusals: PublishedWork['refusals'];
    }
  | { readonly kind: 'failed'; readonly detail: string };
