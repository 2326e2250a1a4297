import { exactDecimal } from '@meetbrug/protocols/observation';
import { publishedIris } from '@meetbrug/protocols/oslo';
import { describe, expect, it } from 'vitest';
import { commonParts, datastream, INSTANT_PROCEDURE } from '../normalise/datastream.ts';
import { LocalFeed, type LocalMessage } from './local-feed.ts';
import type { PublishedObservation } from './observation-document.ts';

const START_MS = Date.UTC(2026, 6, 14, 12);
const AIR = datastream({
  property: 'air-temperature',
  measuringPoint: { name: 'plein', label: 'Plein', longitude: 3.7, latitude: 51 },
  sensor: { name: 'th', manufacturer: 'Maker', model: 'Model' },
  procedure: INSTANT_PROCEDURE,
  licence: 'https://example.org/licence',
});

const air = (minutes: number, celsius = 20): PublishedObservation => ({
  datastream: AIR,
  beginMs: START_MS + minutes * 60_000,
  resultMs: START_MS + minutes * 60_000,
  value: exactDecimal(celsius),
  quality: { timeSource: 'gateway', flags: [] },
});

/** A feed whose broker holds every message until it is released. */
function heldFeed() {
  const messages: LocalMessage[] = [];
  const held: (() => void)[] = [];
  const feed = new LocalFeed(publishedIris('https://data.example.be', 'demo'), (message, done) => {
    messages.push(message);
    held.push(done);
  });
  const releaseAll = () => {
    for (let done = held.shift(); done !== undefined; done = held.shift()) done();
  };
  return { feed, messages, releaseAll };
}

const celsiusOf = ({ payload }: LocalMessage): string => JSON.parse(payload).resultaat.waarde;

describe('the local feed', () => {
  it('publishes after the commit, never before', () => {
    const { feed, messages } = heldFeed();
    feed.add([air(0)]);
    expect(messages).toEqual([]);
    feed.committed();
    expect(messages.map(({ topic }) => topic)).toEqual(['oslo/heat-stress/plein.th.luchttemperatuur.momentaan']);
    feed.committed();
    expect(messages).toHaveLength(1);
  });

  it('retains the greatest phenomenon time and its corrections, whatever the order of arrival', () => {
    const { feed, messages } = heldFeed();
    feed.add([air(10), air(5), air(20), air(20, 21), air(15)]);
    feed.committed();
    expect(messages.map(({ retain }) => retain)).toEqual([true, false, true, true, false]);
  });

  it('hands a few messages to the broker at a time, in order, and drops the oldest of too many', () => {
    const { feed, messages, releaseAll } = heldFeed();
    feed.add(Array.from({ length: 10_050 }, (_, index) => air(index, index % 40)));
    feed.committed();
    expect(feed.droppedCount).toBe(50);
    expect(messages).toHaveLength(32);
    releaseAll();
    expect(messages).toHaveLength(10_000);
    expect(messages.map(celsiusOf).slice(0, 3)).toEqual(['10', '11', '12']);
  });

  it('writes a suppressed count as a range', () => {
    const { feed, messages } = heldFeed();
    const counts = datastream({
      ...commonParts(AIR),
      property: 'pedestrian-count',
      procedure: INSTANT_PROCEDURE,
      direction: 'in',
    });
    feed.add([{ ...air(0), datastream: counts, value: { below: 10 } }]);
    feed.committed();
    const { payload } = messages[0] ?? expect.fail();
    expect(payload).not.toContain('eenvoudigResultaat');
    expect(payload).toContain('upperBound');
  });

  it('carries those lines of the context that a message uses', () => {
    const { feed, messages } = heldFeed();
    feed.add([air(0)]);
    feed.committed();
    const context = JSON.parse(messages[0]?.payload ?? '{}')['@context'];
    expect(Object.keys(context)).toContain('resultaat');
    expect(Object.keys(context)).not.toContain('pollingInterval');
    expect((messages[0]?.payload ?? '').length).toBeLessThan(4_000);
  });
});
