import type { Fault, Result } from '@meetbrug/protocols/result';
import type { OutsideAppend, OutsideAppendFaultCode, OutsideResult } from '../outside/outside-append.ts';
import type { FollowProgress } from './follow-progress.ts';
import type { FollowedFeed } from './followed-feed.ts';

/** What the thread that follows feeds is started with. */
export interface FollowSettings {
  readonly storeFile: string;
  /** Of this cloud: of its own pages no member may say anything. */
  readonly publicBaseUrl: string;
  readonly memoryFile: string;
  readonly feeds: readonly FollowedFeed[];
  /** `caught-up`: each feed ends when there is nothing more to read. */
  readonly until: 'stopped' | 'caught-up';
}

/** Main thread to the followers. */
export type FollowRequest =
  | {
      readonly kind: 'appended';
      readonly id: number;
      readonly outcome: Result<readonly OutsideResult[], Fault<OutsideAppendFaultCode>>;
    }
  | { readonly kind: 'stop' };

/** The followers to the main thread; a feed by its place in the settings. */
export type FollowReply =
  | { readonly kind: 'append'; readonly id: number; readonly append: OutsideAppend }
  | { readonly kind: 'progress'; readonly feed: number; readonly progress: FollowProgress }
  /** Without a detail: as it should. */
  | { readonly kind: 'ended'; readonly feed: number; readonly detail?: string };
