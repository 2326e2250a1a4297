/** What the thread that makes the rollups is started with. */
export interface RollupWorkerSettings {
  readonly storeFile: string;
  readonly rollupFile: string;
  readonly quietMs: number;
}

/** Main thread to worker. `wake`: something was committed. */
export type RollupRequest = { readonly kind: 'wake' | 'stop' };

/** Worker to main thread; `ready` when the file is there to be read. */
export type RollupReply = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly detail: string };
