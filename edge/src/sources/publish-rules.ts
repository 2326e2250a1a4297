import { TOPIC_BYTES_MAX } from '@meetbrug/protocols/mqtt';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { LOCAL_FEED_TOPICS } from '../publish/local-feed.ts';

export const TOPIC_LEVELS_MAX = 16;
const SYSTEM_TOPICS = '$SYS/';

export type TopicFault = Fault<'topic-too-long' | 'topic-too-deep' | 'topic-reserved'>;

/** Whether a client may publish under this topic, with a message or with its last will. */
export function checkPublishTopic(
  topic: string,
  { localFeed }: { readonly localFeed: boolean },
): Result<undefined, TopicFault> {
  if (isTooLong(topic)) return fail('topic-too-long', `a topic has at most ${TOPIC_BYTES_MAX} bytes`);
  if (isTooDeep(topic)) return fail('topic-too-deep', `a topic has at most ${TOPIC_LEVELS_MAX} levels`);
  // Replacing the broker's hook replaces its built-in check: a forged $SYS message disconnects other clients.
  if (topic.startsWith(SYSTEM_TOPICS)) return fail('topic-reserved', '$SYS topics belong to the broker');
  if (localFeed && topic.startsWith(LOCAL_FEED_TOPICS)) {
    return fail('topic-reserved', `${LOCAL_FEED_TOPICS} topics belong to the edge`);
  }
  return ok(undefined);
}

/** Whether a client may subscribe to this filter. While the local feed is on, to that alone. */
export function maySubscribe(filter: string, { localFeed }: { readonly localFeed: boolean }): boolean {
  if (isTooLong(filter) || isTooDeep(filter)) return false;
  return localFeed ? filter.startsWith(LOCAL_FEED_TOPICS) : !filter.startsWith('$');
}

function isTooLong(topic: string): boolean {
  // A character takes at most three bytes in UTF-8, so most topics need no counting.
  return topic.length * 3 > TOPIC_BYTES_MAX && Buffer.byteLength(topic) > TOPIC_BYTES_MAX;
}

function isTooDeep(topic: string): boolean {
  let levels = 1;
  for (let at = topic.indexOf('/'); at !== -1; at = topic.indexOf('/', at + 1)) levels += 1;
  return levels > TOPIC_LEVELS_MAX;
}
