import type { InfluxTarget } from './influx-target.ts';

/** What the thread that writes to InfluxDB is started with. */
export interface ProjectionSettings {
  readonly storeFile: string;
  readonly cursorFile: string;
  readonly targets: readonly InfluxTarget[];
}

/** Main thread to worker. `wake`: something was committed. */
export type ProjectionRequest = { readonly kind: 'wake' | 'stop' };

/** How one target stands: log rows that it lacks, and why it got none at the last attempt. */
export interface TargetState {
  readonly target: string;
  readonly behind: number;
  readonly fault: string | undefined;
}

/** Worker to main thread. */
export type ProjectionReply =
  | ({ readonly kind: 'state' } & TargetState)
  | { readonly kind: 'failed'; readonly detail: string };
