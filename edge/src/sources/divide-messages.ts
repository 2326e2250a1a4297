import {
  NO_NODES,
  type RawMessage,
  recogniseTopic,
  reduceSparkplug,
  SPLITTERS,
  type SparkplugState,
} from '@meetbrug/protocols/uplinks';
import type { DeliverMessage, IntakeOutcome } from '../intake/intake.ts';
import type { SourceObserver } from './source-observer.ts';
import type { ReadTopic } from './topic-rules.ts';

const SPARKPLUG_PREFIX = 'spBv1.0/';

/**
 * Delivers what a sender wrote as one message for each device and moment, and answers the sender when all of them are
 * durable. Of Sparkplug it keeps what the nodes said at their birth, without which their data has no names.
 */
export function divideMessages(
  deliver: DeliverMessage,
  readTopic: ReadTopic,
  observer: Pick<SourceObserver, 'skipped'>,
): DeliverMessage {
  let nodes: SparkplugState = NO_NODES;

  const partsOf = (message: RawMessage): readonly RawMessage[] => {
    if (isSparkplug(message)) {
      const step = reduceSparkplug(nodes, message);
      if (!step.ok) return [message];
      const { state, messages, stale, rebirth } = step.value;
      nodes = state;
      if (stale.length > 0) observer.skipped('stale-device', stale.length);
      if (rebirth !== undefined) observer.skipped(rebirth.reason);
      return messages;
    }
    const split = message.format === undefined ? undefined : SPLITTERS[message.format];
    if (split === undefined) return [message];
    const parts = split(message);
    // What cannot be divided cannot be parsed either: the intake puts it into quarantine with the reason.
    return parts.ok ? parts.value : [message];
  };

  return (arrived, done) => {
    const message = readTopic(arrived);
    const parts = partsOf(message);
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) deliver(only, done);
    else deliverAll(deliver, parts, done);
  };
}

function isSparkplug({ topic, format }: RawMessage): boolean {
  if (format !== undefined) return format === 'sparkplug-b';
  return topic.startsWith(SPARKPLUG_PREFIX) && recogniseTopic(topic) === 'sparkplug-b';
}

/** One answer for all parts: the first fault, when every part has been answered. */
function deliverAll(
  deliver: DeliverMessage,
  parts: readonly RawMessage[],
  done: (outcome: IntakeOutcome) => void,
): void {
  let open = parts.length;
  let outcome: IntakeOutcome = { ok: true, value: undefined };
  if (open === 0) {
    setImmediate(done, outcome);
    return;
  }
  for (const part of parts) {
    deliver(part, (answer) => {
      if (!answer.ok && outcome.ok) outcome = answer;
      open -= 1;
      if (open === 0) done(outcome);
    });
  }
}
