import { describe, expect, test } from 'vitest';
import { closeStream } from './close-stream.ts';
import { createTestLog, description, T0, value } from './test-log.ts';
import { makeTestFile } from './test-store.ts';

function openStream() {
  const log = createTestLog();
  log.commit({ descriptions: [description()], uplinks: [[1, T0, [value('21.5')]]] });
  return log;
}

describe('a stream that another process closes', () => {
  test('takes no new observation and no correction: they go to quarantine and count as missing', () => {
    const log = openStream();
    expect(closeStream(log.store.name, 'demo/heat-stress')).toEqual({ ok: true, value: { members: 1 } });
    const { acknowledgement, counts } = log.commit({ uplinks: [[2, T0, [value('22.5', 1), value('23.5')]]] });
    expect(acknowledgement).toMatchObject({
      acknowledged: [[2, 2]],
      refused: [
        [2, 0, 'stream-closed'],
        [2, 1, 'stream-closed'],
      ],
    });
    expect(counts).toMatchObject({ committed: 0, quarantined: { 'stream-closed': 2 }, gaps: { refused: 2 } });
    expect(log.store.prepare('SELECT count(*) AS rows FROM log JOIN stream ON stream.id = log.stream').get()).toEqual({
      rows: 1,
    });
    expect(log.store.prepare('SELECT count(*) AS rows FROM series').get()).toEqual({ rows: 1 });
  });

  test('still knows what it has: a redelivery is a duplicate', () => {
    const log = openStream();
    closeStream(log.store.name, 'demo/heat-stress');
    expect(log.commit({ uplinks: [[1, T0, [value('21.5')]]] }).counts).toMatchObject({
      duplicates: 1,
      quarantined: {},
    });
  });

  test('leaves the other streams of the organisation open', () => {
    const log = openStream();
    closeStream(log.store.name, 'demo/heat-stress');
    const moved = description({ sensor: { name: 'sensor-1', manufacturer: 'Milesight', model: 'EM310' }, version: 2 });
    expect(log.commit({ descriptions: [moved], uplinks: [] }).counts.published).toBeGreaterThan(0);
  });

  test.each([
    ['demo', 'ORGANISATION/STREAM'],
    ['demo/heat-stress/by-page', 'ORGANISATION/STREAM'],
    ['demo/mobility', 'there is no stream demo/mobility'],
    ['demo/sensors', 'cannot be closed by itself'],
    ['all/heat-stress', 'cannot be closed by itself'],
  ])('is named as in its URL: %s is refused', (name, detail) => {
    const closed = closeStream(openStream().store.name, name);
    expect(closed.ok ? '' : closed.fault.detail).toContain(detail);
  });

  test('is in a store that is there', () => {
    const closed = closeStream(makeTestFile(), 'demo/heat-stress');
    expect(closed.ok ? '' : closed.fault.detail).toContain('is not there');
  });
});
