import type { CloudConfig } from '../config/cloud-config.ts';
import { configuredFeeds } from '../config/ldes-config.ts';
import type { FeedSettings } from './feed.ts';
import { streamTitle } from './stream-title.ts';

/** Dutch: begins the titles of the streams of all organisations. */
const ALL_TITLE = 'Alle organisaties';

/** What the documents of each stream that is served say, by organisation and stream. */
export function feedsOf({ organisations, ldes, outside }: CloudConfig): Map<string, FeedSettings> {
  const labels = new Map(organisations.map(({ name, label }) => [name, label]));
  const fromOutside = new Map(outside.map((stream) => [`${stream.organisation}/${stream.name}`, stream]));
  return new Map(
    configuredFeeds(ldes, organisations, outside).map(({ organisation, stream, outside: terms }) => {
      const { title, dataThemes } = fromOutside.get(`${organisation}/${stream}`) ?? {
        title: streamTitle(labels.get(organisation) ?? ALL_TITLE, stream),
      };
      const { pollingIntervalSeconds } = ldes;
      return [
        `${organisation}/${stream}`,
        { organisation, stream, title, pollingIntervalSeconds, outside: terms, dataThemes },
      ];
    }),
  );
}
