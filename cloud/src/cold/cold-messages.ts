import type { ColdMonth } from './cold-months.ts';
import type { ColdWork } from './cold-work.ts';

/** What the thread of the cold tier is started with. */
export interface ColdThreadSettings {
  readonly storeFile: string;
  /** Undefined: no month gets a file any more; what has one stays readable. */
  readonly afterMonths: number | undefined;
  /** How long a read can be under way. */
  readonly readersMs: number;
}

/** Main thread to cold tier. `look`: see what is due. `done` answers an `ask`; `undone` says why nothing came of it. */
export type ColdRequest =
  | { readonly kind: 'look' | 'stop' }
  | { readonly kind: 'done'; readonly id: number; readonly undone?: string };

/** Cold tier to main thread. */
export type ColdReply =
  | { readonly kind: 'ask'; readonly id: number; readonly work: ColdWork }
  | { readonly kind: 'written'; readonly month: Pick<ColdMonth, 'organisation' | 'month' | 'rows' | 'bytes'> }
  /** Bytes of the store, its indexes and the cold files, without what is free inside them. */
  | { readonly kind: 'used'; readonly bytes: number }
  /** A look came to an end; with a detail before its time. */
  | { readonly kind: 'looked'; readonly detail?: string };
