import { describe, expect, it } from 'vitest';
import { createTestLog, description, KEY, T0, value } from '../log/test-log.ts';
import type { EventChunk, EventsRequest } from './events-task.ts';
import { CHUNK_BYTES_MAX, CHUNK_MEMBERS_MAX, createEventReader } from './read-events.ts';

const STREAM = { organisation: 'demo', stream: 'heat-stress' };

/** A stream of so many observations, some of which have left the log. */
function streamOf(count: number, missing: readonly number[] = []) {
  const { store, commit } = createTestLog();
  const uplinks = Array.from({ length: count }, (_, index) => [index + 1, T0, [value('1.5', index)]] as const);
  commit({ descriptions: [description()], uplinks });
  for (const ordinal of missing) store.prepare('DELETE FROM log WHERE ordinal = ?').run(ordinal);
  const read = createEventReader(store, 'https://data.example.be');
  return (range: Partial<EventsRequest> = {}): EventChunk => {
    const answer = read({ ...STREAM, from: 0, until: count, observations: false, ...range });
    return answer.kind === 'events' ? answer : expect.fail('there is no such stream');
  };
}

/** `3` for a member, `2-5` for what is lost. */
function told({ body }: EventChunk): string[] {
  const blocks = new TextDecoder().decode(body).split('\n\n').slice(0, -1);
  return blocks.map((block) => {
    const lost = /^event: lost\nid: \d+\ndata: (.*)$/.exec(block);
    if (lost === null) return /^id: (\d+)\ndata: \{"@context".*\}$/.exec(block)?.[1] ?? expect.fail(block);
    const { from, until } = JSON.parse(lost[1] ?? '') as { from: number; until: number };
    return `${from}-${until - 1}`;
  });
}

/** Reads on until everything was told. */
function toldFrom(read: ReturnType<typeof streamOf>, from: number, until: number): string[] {
  const all: string[] = [];
  for (let next = from; next < until; ) {
    const chunk = read({ from: next, until });
    expect(chunk.next).toBeGreaterThan(next);
    all.push(...told(chunk));
    next = chunk.next;
  }
  return all;
}

describe('the events of a part of a stream', () => {
  it.each<[string, number, readonly number[], number, readonly string[]]>([
    ['all of it', 4, [], 0, ['0', '1', '2', '3']],
    ['the end of it', 4, [], 3, ['3']],
    ['what has lost its beginning', 5, [0, 1, 2], 0, ['0-2', '3', '4']],
    ['what has lost its beginning before that', 5, [0, 1], 3, ['3', '4']],
    ['what has a gap', 6, [2, 3], 0, ['0', '1', '2-3', '4', '5']],
    ['what has lost its end', 4, [2, 3], 0, ['0', '1', '2-3']],
    ['what has lost everything', 3, [0, 1, 2], 0, ['0-2']],
  ])('tell of %s', (_what, count, missing, from, expected) => {
    expect(toldFrom(streamOf(count, missing), from, count)).toEqual(expected);
  });

  it('end before what is not wanted, and with what is committed', () => {
    const read = streamOf(5);
    expect(told(read({ from: 1, until: 3 }))).toEqual(['1', '2']);
    expect(read({ from: 5, until: 9 })).toMatchObject({ next: 5, spans: [] });
  });

  it('are a chunk of bounded members and bytes', () => {
    const chunk = streamOf(CHUNK_MEMBERS_MAX + 50)();
    expect(chunk.spans.length / 2).toBeLessThanOrEqual(CHUNK_MEMBERS_MAX);
    expect(chunk.next).toBe(chunk.spans.length / 2);
    expect(chunk.next).toBeGreaterThan(100);
    expect(chunk.body.length).toBeLessThan(CHUNK_BYTES_MAX + 10_000);
  });

  it('name where each line is, also behind what is lost', () => {
    const { body, spans } = streamOf(4, [0])();
    expect(spans).toHaveLength(6);
    for (let member = 0; member < 3; member += 1) {
      const line = new TextDecoder().decode(body.subarray(spans[2 * member], spans[2 * member + 1]));
      expect(JSON.parse(line)).toMatchObject({
        '@type': 'sosa:Observation',
        'schema:position': { '@value': `${member + 1}` },
      });
    }
  });

  it('have their observations as SensorThings does, when they are asked for', () => {
    const read = streamOf(3);
    expect(read().observations).toEqual([]);
    const { observations } = read({ from: 1, observations: true });
    expect(observations.map(({ datastream }) => datastream)).toEqual([1, 1]);
    expect(JSON.parse(observations[0]?.json ?? '')).toMatchObject({
      result: 1.5,
      phenomenonTime: '2026-07-01T12:01:00Z',
      parameters: { observation: expect.stringContaining(KEY) },
    });
  });

  it('are not there for a stream that is not', () => {
    const { store } = createTestLog();
    const read = createEventReader(store, 'https://data.example.be');
    expect(read({ ...STREAM, from: 0, until: 1, observations: false })).toEqual({ kind: 'absent' });
  });
});
