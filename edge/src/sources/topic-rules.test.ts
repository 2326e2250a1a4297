import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { topicRuleSchema } from '../config/sources/topic-config.ts';
import { recogniseMessage } from '../decode/recognise-message.ts';
import { compileTopicRules, subscriptionFilter } from './topic-rules.ts';

const read = compileTopicRules([
  { filter: 'sensors/{device}/data', format: 'plain-json' },
  { filter: 'city/+/{device}/#', format: 'senml' },
  { filter: 'sensors/#', format: 'tasmota' },
  { filter: 'tele/+/SENSOR', format: 'tasmota', zone: 'UTC' },
]);
const told = (topic: string) => {
  const { format, device } = read({ topic, payload: new Uint8Array(), receivedMs: 0 });
  return [format, device];
};

describe('topic rules', () => {
  it.each([
    ['sensors/mast-4/data', 'plain-json', 'mast-4'],
    ['sensors/24-e1-24-13-6c-14-00-01/data', 'plain-json', '24E124136C140001'],
    ['city/north/gauge/a/b', 'senml', 'gauge'],
    ['city/north/gauge', 'senml', 'gauge'],
    ['sensors/mast-4/state', 'tasmota', undefined],
    ['sensors', 'tasmota', undefined],
    ['sensors/no device/data', 'tasmota', undefined],
    ['elsewhere/mast-4/data', undefined, undefined],
    ['city/north', undefined, undefined],
  ])('says of %s: %s of %s', (topic, format, device) => {
    expect(told(topic)).toEqual([format, device]);
  });

  it('says the zone of the times there, and reads them so', () => {
    const payload = Buffer.from('{"Time":"2026-07-14T15:20:00","BME280":{"Temperature":30.9}}');
    const message = { topic: 'tele/school/SENSOR', payload, receivedMs: 0 };
    const observed = (raw: RawMessage) => {
      const { event } = recogniseMessage(raw, 1_024);
      return event.ok && event.value.kind === 'uplink' ? new Date(event.value.observedMs).toISOString() : undefined;
    };
    expect(observed(read(message))).toBe('2026-07-14T15:20:00.000Z');
    expect(observed(message)).toBe('2026-07-14T13:20:00.000Z');
  });

  it.each([
    ['a zone that nobody knows', { format: 'tasmota', zone: 'Europe/Bruges' }],
    ['a zone for a format whose times have an offset', { format: 'zigbee2mqtt', zone: 'UTC' }],
  ])('refuses %s', (_, rule) => {
    expect(topicRuleSchema.safeParse({ filter: 'a/#', ...rule }).success).toBe(false);
  });

  it('leaves every message as it is where there are none', () => {
    const message = { topic: 'sensors/mast-4/data', payload: new Uint8Array(), receivedMs: 0 };
    expect(compileTopicRules([])(message)).toBe(message);
  });

  it('subscribes to any level where the device stands', () => {
    expect(subscriptionFilter({ filter: 'sensors/{device}/data', format: 'senml' })).toBe('sensors/+/data');
    expect(subscriptionFilter('application/#')).toBe('application/#');
  });

  it.each(['a/{device}/{device}', 'a/#/b', 'a/x{device}', 'a/b+', 'a/{other}'])('refuses the filter %s', (filter) => {
    expect(topicRuleSchema.safeParse({ filter, format: 'senml' }).success).toBe(false);
  });
});
