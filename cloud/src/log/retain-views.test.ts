import type { RetentionPolicy, ViewDefinition } from '@meetbrug/protocols/ldes';
import { describe, expect, test } from 'vitest';
import { retainViews } from './retain-views.ts';
import type { StreamHead } from './streams.ts';
import { openTestStore } from './test-store.ts';
import { createViewTable } from './views.ts';

const DAY_MS = 86_400_000;
const SMALL = { pageSize: 2, fanOut: 2 } as const;
const BY_PAGE: ViewDefinition = { kind: 'by-page', name: 'by-page', ...SMALL };
const BY_TIME: ViewDefinition = { kind: 'by-time', name: 'by-time', ...SMALL };
const FIRST_MS = Date.UTC(2026, 0, 10);

/** A stream with a member a day from 10 January 2026 on, and one view. */
function createTestStream(days: number, definition: ViewDefinition, retention: RetentionPolicy | undefined) {
  const { store } = openTestStore();
  const insert = store.prepare(
    `INSERT INTO log (stream, ordinal, stamp_ms, datastream, description, begin_ms, result_ms, received_ms, quality,
       revision, render_version) VALUES (1, ?, ?, 1, 1, 0, 0, 0, 0, 1, 4)`,
  );
  for (let day = 0; day < days; day += 1) insert.run(day, FIRST_MS + day * DAY_MS);
  const views = createViewTable(store, 'https://data.example.be');
  views.open({ id: 1, organisation: 'demo', name: 'heat-stress' }, definition, retention);
  const lastStampMs = FIRST_MS + (days - 1) * DAY_MS;
  const head = {
    id: 1,
    organisation: 'demo',
    name: 'heat-stress',
    memberCount: days,
    lastStampMs,
    live: true,
    closed: false,
  };
  return {
    retain: (changes: Partial<StreamHead> = {}) => retainViews(store, views, [{ ...head, ...changes }], lastStampMs),
    dropped: () => views.find(1, definition.name)?.dropped,
  };
}

describe('retention', () => {
  test('drops full first-level nodes of by-page whose last member is older than promised, and nothing twice', () => {
    // Four members a node: those of days 0 to 3 and 4 to 7 are more than 90 days before day 100.
    const stream = createTestStream(101, BY_PAGE, { days: 90 });
    expect(stream.retain()).toMatchObject([{ dropped: 2 }]);
    expect(stream.dropped()).toBe(2);
    expect(stream.retain()).toEqual([]);
  });

  test('drops whole months of other views, and counts a month as lasting to its end', () => {
    const stream = createTestStream(101, BY_TIME, { days: 60 });
    // Day 100 is 20 April: 60 days before it is 19 February.
    expect(stream.retain()).toMatchObject([{ dropped: Date.UTC(2026, 1, 1) }]);
    expect(stream.retain()).toEqual([]);
  });

  test('by a start drops what lies wholly before it, but never the month that is not over', () => {
    const ended = createTestStream(101, BY_TIME, { startMs: Date.UTC(2026, 2, 15) });
    expect(ended.retain()).toMatchObject([{ dropped: Date.UTC(2026, 2, 1) }]);
    const future = createTestStream(101, BY_TIME, { startMs: Date.UTC(2030, 0, 1) });
    expect(future.retain()).toMatchObject([{ dropped: Date.UTC(2026, 3, 1) }]);
  });

  test.each([
    ['a view that promises everything', undefined, {}],
    ['what is young enough', { days: 365 }, {}],
    ['a closed stream, whose documents are final', { days: 1 }, { closed: true }],
    ['a stream that is still being filled', { days: 1 }, { live: false }],
  ])('leaves %s', (_, retention, head) => {
    for (const definition of [BY_PAGE, BY_TIME]) {
      expect(createTestStream(101, definition, retention).retain(head)).toEqual([]);
    }
  });
});
