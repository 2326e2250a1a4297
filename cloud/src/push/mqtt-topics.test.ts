import { describe, expect, it } from 'vitest';
import { datastreamsOf, isSubscribable, matchesFilter, observationsTopic, streamTopic } from './mqtt-topics.ts';

describe('a topic filter', () => {
  it.each<[string, boolean]>([
    ['ldes/demo/heat-stress', true],
    ['ldes/demo/+', true],
    ['ldes/+/heat-stress', true],
    ['ldes/#', true],
    ['#', true],
    ['+/+/+', true],
    // MQTT 3.1.1 section 4.7.1.2: the parent too.
    ['ldes/demo/heat-stress/#', true],
    ['ldes/demo', false],
    ['ldes/demo/heat-stress/+', false],
    ['ldes/demo/water-level', false],
    ['LDES/demo/heat-stress', false],
    ['+', false],
    ['/ldes/demo/heat-stress', false],
  ])('%s matches a stream: %s', (filter, matches) => {
    expect(matchesFilter(filter, streamTopic('demo', 'heat-stress'))).toBe(matches);
  });

  it.each<[string, 'all' | number | undefined]>([
    [observationsTopic(12), 12],
    ['v1.1/Datastreams(12)/Observations', 12],
    ['v1.1/+/Observations', 'all'],
    ['v1.1/#', 'all'],
    ['#', 'all'],
    ['+/+/+', 'all'],
    ['v1.1/Datastreams(0)/Observations', undefined],
    ['v1.1/Datastreams(12)/Observations/#', undefined],
    ['v1.1/Datastreams(+)/Observations', undefined],
    ['v1.1/Datastreams', undefined],
    ['v1.0/+/Observations', undefined],
    ['ldes/#', undefined],
  ])('%s matches the observations of %s', (filter, datastreams) => {
    expect(datastreamsOf(filter)).toBe(datastreams);
  });

  it.each<[string, boolean]>([
    ['#', true],
    ['ldes/demo/anything', true],
    ['$SYS/#', false],
    ['$share/group/ldes/#', false],
    ['', false],
    ['a'.repeat(257), false],
    ['a/'.repeat(8), false],
  ])('%s may be subscribed to: %s', (filter, may) => {
    expect(isSubscribable(filter)).toBe(may);
  });
});
