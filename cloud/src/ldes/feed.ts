/** The one view of this version: one bucket, members in the order of the log. */
export const BY_PAGE = 'by-page';

/** What a page says about its stream. */
export interface FeedSettings {
  readonly organisation: string;
  readonly stream: string;
  readonly title: string;
  readonly pollingIntervalSeconds: number;
  readonly pageSize: number;
  readonly fanOut: number;
}
