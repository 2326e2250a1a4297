import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import type { ReadValue } from './read-data-value.ts';

/** A value of one node, for the device and field that the configuration gives it. */
export interface NodeValue {
  readonly device: string;
  readonly field: string;
  readonly read: Extract<ReadValue, { kind: 'value' }>;
}

/**
 * One message for each device and moment, in the order of their first values: what a server reports together about one
 * device is one uplink. Values of the same field at the same moment stay in their order, the later one in a message of its
 * own, and uncertain values are apart from good ones.
 */
export function gatherMessages(values: readonly NodeValue[]): OpcUaMessage[] {
  const messages: OpcUaMessage[] = [];
  const open = new Map<string, Record<string, number>>();
  for (const { device, field, read } of values) {
    const { value, uncertain, time, timeSource } = read;
    const key = `${device}\n${time}\n${timeSource}\n${uncertain}`;
    const known = open.get(key);
    if (known !== undefined && !Object.hasOwn(known, field)) {
      known[field] = value;
      continue;
    }
    const fields = { [field]: value };
    open.set(key, fields);
    messages.push({ device, time, timeSource, ...(uncertain ? { uncertain } : {}), values: fields });
  }
  return messages;
}
