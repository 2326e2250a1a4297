import type { IndexHead } from './view-indexer.ts';

/** What the indexer worker is started with. */
export interface IndexerSettings {
  readonly storeFile: string;
  readonly indexFile: string;
}

/** Main thread to indexer. `wake`: something was committed. `dropped`: retention has taken something. */
export type IndexerRequest = { readonly kind: 'wake' | 'dropped' | 'stop' };

/** Indexer to main thread. */
export type IndexerReply =
  | { readonly kind: 'ready' | 'moved'; readonly heads: readonly IndexHead[] }
  | { readonly kind: 'failed'; readonly detail: string };
