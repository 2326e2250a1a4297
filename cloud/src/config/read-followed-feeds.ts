import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { FollowedFeed } from '../follow/followed-feed.ts';
import type { FollowedFeedConfig } from './follow-config.ts';
import type { OutsideStreamConfig } from './outside-config.ts';
import { readCredentials } from './read-follow-credentials.ts';

interface OutsideSettings {
  readonly outside: readonly OutsideStreamConfig[];
}

/**
 * The feeds that a configuration names, with their credentials and what their streams ask of members, in their order.
 *
 * @param shapes of the streams that have some, by `organisation/stream`
 * @param readSecret text of a file that the configuration names; undefined when it cannot be read
 */
export function readFollowedFeeds(
  { follow, outside }: OutsideSettings & { readonly follow: readonly FollowedFeedConfig[] },
  shapes: ReadonlyMap<string, string>,
  readSecret: (file: string) => string | undefined,
): Result<FollowedFeed[], Fault<'secret-unreadable'>> {
  const feeds: FollowedFeed[] = [];
  for (const [index, config] of follow.entries()) {
    const feed = readFollowedFeed(config, { outside, shapes }, readSecret);
    if (!feed.ok) return fail(feed.fault.code, `follow[${index}].${feed.fault.detail}`);
    feeds.push(feed.value);
  }
  return ok(feeds);
}

/** One feed; the detail of a fault begins with the setting. Throws when its stream is not configured. */
export function readFollowedFeed(
  { pollSecondsMin, pollSecondsMax, apiKeyFile, oauth2, ...feed }: FollowedFeedConfig,
  { outside, shapes }: OutsideSettings & { readonly shapes: ReadonlyMap<string, string> },
  readSecret: (file: string) => string | undefined,
): Result<FollowedFeed, Fault<'secret-unreadable'>> {
  const credentials = readCredentials({ apiKeyFile, oauth2 }, readSecret);
  if (!credentials.ok) return credentials;
  const into = outside.find(({ organisation, name }) => organisation === feed.organisation && name === feed.stream);
  if (into === undefined) throw new Error(`${feed.organisation}/${feed.stream} is not configured`);
  const { stampPredicate, versionOfPredicate, timestampPredicate, memberBytesMax } = into;
  return ok({
    ...feed,
    shapes: shapes.get(`${feed.organisation}/${feed.stream}`),
    rules: { stampPredicate, versionOfPredicate, timestampPredicate, memberBytesMax },
    credentials: credentials.value,
    pollMsMin: pollSecondsMin * 1_000,
    pollMsMax: pollSecondsMax * 1_000,
  });
}
