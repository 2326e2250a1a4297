import type { DataTheme } from '@meetbrug/protocols/dcat';
import type { OutsideTerms } from '../outside/outside-terms.ts';

/** What the documents of a stream say that the store does not. */
export interface FeedSettings {
  readonly organisation: string;
  readonly stream: string;
  readonly title: string;
  readonly pollingIntervalSeconds: number;
  /** Of a stream from outside, how its members are known. */
  readonly outside?: OutsideTerms | undefined;
  /** Of a stream from outside, what it is about. */
  readonly dataThemes?: readonly DataTheme[] | undefined;
}
