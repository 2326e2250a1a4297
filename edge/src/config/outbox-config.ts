import { z } from 'zod';
import { OVERFLOW_POLICIES } from '../outbox/group-writer.ts';

/** The durable queue between sensors and cloud: its bounds, and what happens at each. */
export const outboxSchema = z.strictObject({
  bytesMax: z
    .int()
    .min(1_048_576)
    .max(1_099_511_627_776)
    .default(4_294_967_296)
    .describe(
      'Size of the outbox on disk in bytes, write-ahead log (up to about 16 MiB) not counted. At this bound acknowledged ' +
        'uplinks go first; when all that is left is not yet acknowledged, whenFull says what happens.',
    ),
  whenFull: z
    .enum(OVERFLOW_POLICIES)
    .default('refuse')
    .describe(
      'What happens at bytesMax when the cloud has acknowledged nothing that could go. refuse: new uplinks are refused ' +
        'and their senders keep them. drop-oldest: the oldest uplinks make room. thin-out: of the oldest uplinks one value ' +
        'of each datastream stays in each interval (counts and sums over an interval all stay); when all is thinned the ' +
        'interval doubles up to a day, then new uplinks are refused. What is discarded is counted and reported.',
    ),
  thinOutIntervalSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(900)
    .describe('First interval of thin-out in seconds: the last value in each stays.'),
  keepAcknowledgedDays: z
    .number()
    .min(0)
    .max(3_650)
    .default(7)
    .describe('How many days an uplink that the cloud has is kept, to be replayed or sent again.'),
  keepUnacknowledgedDays: z
    .number()
    .min(0.01)
    .max(36_500)
    .default(3_650)
    .describe(
      'How many days an uplink waits for the cloud; then it is discarded and counted as expired. Ten years by default: only ' +
        'bytesMax bounds the outbox. A clock that was set less than an hour ago lets nothing expire.',
    ),
  gapReportSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('Least time in seconds between two reports to the cloud of what was discarded for a known reason.'),
});
