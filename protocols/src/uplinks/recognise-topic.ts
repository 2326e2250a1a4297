import { chirpstackTopic } from './chirpstack-v4.ts';
import type { WireFormat } from './network-event.ts';
import { theThingsStackTopic } from './the-things-stack.ts';

/** Which network server writes to such a topic, by its default topic template; undefined for topics of neither. */
export function recogniseTopic(topic: string): WireFormat | undefined {
  if (chirpstackTopic(topic) !== undefined) return 'chirpstack-v4';
  if (theThingsStackTopic(topic) !== undefined) return 'the-things-stack';
  return undefined;
}
