import { WIRE_FORMATS } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';
import { zoneSchema } from '../zone-config.ts';

export const DEVICE_LEVEL = '{device}';

/** A filter without and with the placeholder for the device. */
const filter = z.string().min(1).max(200);
const isSound = (text: string) => {
  const levels = text.split('/');
  return (
    levels.filter((level) => level === DEVICE_LEVEL).length <= 1 &&
    levels.every((level, index) => {
      if (level === '#') return index === levels.length - 1;
      return level === '+' || level === DEVICE_LEVEL || !/[+#{}]/.test(level);
    })
  );
};

/** What is written to topics that follow no convention. */
export const topicRuleSchema = z
  .strictObject({
    filter: filter
      .refine(
        isSound,
        'a topic filter: + for one level, # at the end for the rest, {device} for the level of the device',
      )
      .describe('Topics, as sensors/{device}/data: the level {device} names the device, + is any level, # the rest.'),
    format: z.enum(WIRE_FORMATS).describe('Format of the messages there.'),
    zone: zoneSchema
      .optional()
      .describe('tasmota: zone of the times that its devices write without an offset; Europe/Brussels by default.'),
  })
  .refine(({ format, zone }) => zone === undefined || format === 'tasmota', {
    path: ['zone'],
    error: 'leave it out: only tasmota writes times without an offset',
  });

export type TopicRule = z.infer<typeof topicRuleSchema>;

/** A filter whose format the topic tells, or a rule. */
export const topicSchema = z.union([filter, topicRuleSchema]);
