import { parseDeviceId, type RawMessage } from '@meetbrug/protocols/uplinks';
import { DEVICE_LEVEL, type TopicRule } from '../config/sources/topic-config.ts';

/** Says of a message what its topic says: format, zone and device, by the first rule that fits. */
export type ReadTopic = (message: RawMessage) => RawMessage;

interface CompiledRule {
  readonly levels: readonly string[];
  readonly said: Pick<RawMessage, 'format' | 'zone'>;
}

/** A topic of a level that cannot name a device is left as it is, so that it goes to quarantine with its topic. */
export function compileTopicRules(rules: readonly TopicRule[]): ReadTopic {
  if (rules.length === 0) return (message) => message;
  const compiled: CompiledRule[] = rules.map(({ filter, format, zone }) => ({
    levels: filter.split('/'),
    said: { format, ...(zone === undefined ? {} : { zone }) },
  }));
  return (message) => {
    const levels = message.topic.split('/');
    for (const rule of compiled) {
      if (!fits(rule.levels, levels)) continue;
      const at = rule.levels.indexOf(DEVICE_LEVEL);
      if (at === -1) return { ...message, ...rule.said };
      const device = parseDeviceId(levels[at] ?? '');
      if (device !== undefined) return { ...message, ...rule.said, device };
    }
    return message;
  };
}

/** As a broker matches a filter (MQTT 3.1.1, 4.7). */
function fits(filter: readonly string[], levels: readonly string[]): boolean {
  const isOpen = filter.at(-1) === '#';
  const fixed = isOpen ? filter.slice(0, -1) : filter;
  if (isOpen ? levels.length < fixed.length : levels.length !== fixed.length) return false;
  return fixed.every((level, index) => level === '+' || level === DEVICE_LEVEL || level === levels[index]);
}

/** The filter that a broker understands. */
export function subscriptionFilter(topic: string | TopicRule): string {
  return typeof topic === 'string' ? topic : topic.filter.replace(DEVICE_LEVEL, '+');
}
