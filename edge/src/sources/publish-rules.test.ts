import { describe, expect, it } from 'vitest';
import { checkPublishTopic, maySubscribe } from './publish-rules.ts';

const levels = (count: number) => Array.from({ length: count }, () => 'a').join('/');

describe('a topic to publish under', () => {
  it.each<[string, string, boolean, string | undefined]>([
    ['as network servers use them', 'application/1/device/24e124136c140001/event/up', false, undefined],
    ['of 512 bytes', 't'.repeat(512), false, undefined],
    ['of 513 bytes', 't'.repeat(513), false, 'topic-too-long'],
    ['of 257 characters and 514 bytes', 'é'.repeat(257), false, 'topic-too-long'],
    ['of 16 levels', levels(16), false, undefined],
    ['of 17 levels', levels(17), false, 'topic-too-deep'],
    ['of 17 empty levels', '/'.repeat(16), false, 'topic-too-deep'],
    ['of the broker', '$SYS/broker/new/clients', false, 'topic-reserved'],
    ['of the local feed, while that is on', 'oslo/demo/x', true, 'topic-reserved'],
    ['of the local feed, while that is off', 'oslo/demo/x', false, undefined],
  ])('is judged: %s', (_, topic, localFeed, code) => {
    const result = checkPublishTopic(topic, { localFeed });
    expect(result.ok ? undefined : result.fault.code).toBe(code);
  });
});

describe('a filter to subscribe to', () => {
  it.each<[string, boolean, boolean]>([
    ['#', false, true],
    ['$SYS/#', false, false],
    ['$share/group/a', false, false],
    ['oslo/#', true, true],
    ['#', true, false],
    [levels(17), false, false],
    ['t'.repeat(513), false, false],
  ])('is judged: %s, local feed %s', (filter, localFeed, expected) => {
    expect(maySubscribe(filter, { localFeed })).toBe(expected);
  });
});
