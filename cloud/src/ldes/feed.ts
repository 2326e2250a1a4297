/** What the documents of a stream say that the store does not. */
export interface FeedSettings {
  readonly organisation: string;
  readonly stream: string;
  readonly title: string;
  readonly pollingIntervalSeconds: number;
}
