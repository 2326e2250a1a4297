import { z } from 'zod';
import { host, port } from './listen-config.ts';
import { topicRuleSchema } from './sources/topic-config.ts';

/** The MQTT broker inside the edge, and what it bears from its clients. */
export const brokerSchema = z.strictObject({
  host,
  port: port.default(1883),
  connectionsMax: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Connections at one time; one more is closed at once.'),
  connectionsPerAddressMax: z
    .int()
    .min(1)
    .max(10_000)
    .default(50)
    .describe('Connections at one time from one address; network servers on this machine share one.'),
  topics: z
    .array(topicRuleSchema)
    .max(100)
    .default([])
    .describe('What sensors write here on topics that follow no convention.'),
  packetBytesMax: z
    .int()
    .min(1_024)
    .max(1_048_576)
    .default(65_536)
    .describe(
      'Largest payload of a message in bytes; of a larger one the quarantine keeps the length only. A client that sends ' +
        'more than a megabyte is closed.',
    ),
  messagesPerSecondMax: z
    .int()
    .min(10)
    .max(1_000_000)
    .default(20_000)
    .describe(
      'Messages a second of one connection, a second of them in advance. A faster sender is answered later, and so slowed ' +
        'down; nothing is lost.',
    ),
});
