import { z } from 'zod';
import { INSTANT_MAX_MS } from '../observation/instant.ts';
import { fail, ok } from '../result/mod.ts';
import { parseMessageJson } from './message-json.ts';
import type { ParseUplink } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';
import { objectUplink } from './object-uplink.ts';
import { SPARKPLUG_METRICS_MAX } from './sparkplug-b-payload.ts';

const TOPIC = /(?:^|\/)spBv1\.0\/([^/]+)\/([ND](?:BIRTH|DATA|DEATH|CMD))\/([^/]+)(?:\/([^/]+))?$/;

const partSchema = z.object({
  /** Absent where neither metric nor payload had a time. */
  timeMs: z.int().min(0).max(INSTANT_MAX_MS).optional(),
  metrics: z.record(
    z.string(),
    z.object({
      value: z.union([z.number(), z.boolean(), z.string()]),
      unit: z.string().optional(),
      /** Was kept at the station and sent later. */
      historical: z.boolean().optional(),
    }),
  ),
});
/** The measurements of one device at one moment, as a payload is divided into. */
export type SparkplugPart = z.infer<typeof partSchema>;

export interface SparkplugTopic {
  readonly node: string;
  readonly type: string;
  /** `''` for the node itself. */
  readonly device: string;
}

/** Parts of `spBv1.0/<group>/<type>/<node>[/<device>]`; undefined for the state of hosts and other topics. */
export function sparkplugTopic(topic: string): SparkplugTopic | undefined {
  const [, group, type = '', node, device = ''] = TOPIC.exec(topic) ?? [];
  if (group === undefined || (type.startsWith('D') && device === '') || (type.startsWith('N') && device !== '')) {
    return undefined;
  }
  return { node: `${group}/${node}`, type, device };
}

/** Reads one part of a divided payload; `decoded` is the part itself: `{ timeMs, metrics: { <name>: { value, unit? } } }`. */
export const parseSparkplugB: ParseUplink = (message, parsed) => {
  if (message.device === undefined) return fail('not-this-format', 'the source names no device');
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  const part = partSchema.safeParse(json.value);
  if (!part.success) return notThisFormat(part.error);
  if (Object.keys(part.data.metrics).length > SPARKPLUG_METRICS_MAX) {
    return fail('not-this-format', `more than ${SPARKPLUG_METRICS_MAX} metrics`);
  }
  const { timeMs } = part.data;
  const observed =
    timeMs === undefined
      ? ({ ms: message.receivedMs, source: 'edge' } as const)
      : ({ ms: timeMs, source: 'payload' } as const);
  return ok(objectUplink('sparkplug-b', message.device, part.data, observed));
};
