import type { CloudConfig } from '../config/cloud-config.ts';
import { configuredFeeds } from '../config/ldes-config.ts';
import type { FeedSettings } from './feed.ts';
import { streamTitle } from './stream-title.ts';

/** Dutch: begins the titles of the streams of all organisations. */
const ALL_TITLE = 'Alle organisaties';

/** What the documents of each stream that is served say, by organisation and stream. */
export function feedsOf({ organisations, ldes }: CloudConfig): Map<string, FeedSettings> {
  const labels = new Map(organisations.map(({ name, label }) => [name, label]));
  return new Map(
    configuredFeeds(ldes, organisations).map(({ organisation, stream }) => [
      `${organisation}/${stream}`,
      {
        organisation,
        stream,
        title: streamTitle(labels.get(organisation) ?? ALL_TITLE, stream),
        pollingIntervalSeconds: ldes.pollingIntervalSeconds,
      },
    ]),
  );
}
