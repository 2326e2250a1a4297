import { describe, expect, test } from 'vitest';
import { openTestStore } from './test-store.ts';
import { createViewTable } from './views.ts';

const STREAM = { id: 1, organisation: 'demo', name: 'heat-stress' };
const BASE = 'https://a.example';
const VIEW = { kind: 'by-location', name: 'by-tile', pageSize: 250, fanOut: 250, zoom: 14 } as const;

describe('a view', () => {
  test('opens again with the definition it was published with', () => {
    const { store } = openTestStore();
    expect(createViewTable(store, BASE).open(STREAM, VIEW, undefined).ok).toBe(true);
    expect(createViewTable(store, BASE).open(STREAM, { ...VIEW }, undefined).ok).toBe(true);
  });

  test.each([
    ['ldes.views: pageSize of by-tile', { pageSize: 100 }, BASE],
    ['ldes.views: fanOut of by-tile', { fanOut: 100 }, BASE],
    ['ldes.views: zoom of by-tile', { zoom: 12 }, BASE],
    ['publicBaseUrl', {}, 'https://b.example'],
  ])('is refused with another %s, and the way out is named', (setting, change, base) => {
    const { store } = openTestStore();
    createViewTable(store, BASE).open(STREAM, VIEW, undefined);
    const opened = createViewTable(store, base).open(STREAM, { ...VIEW, ...change }, undefined);
    expect(opened.ok ? '' : opened.fault.detail).toMatch(new RegExp(`${setting} is .*add a new view`));
  });

  test('of another kind under the same name is refused', () => {
    const { store } = openTestStore();
    const views = createViewTable(store, BASE);
    views.open(STREAM, VIEW, undefined);
    const opened = views.open(STREAM, { kind: 'latest', name: 'by-tile', buckets: 64 }, undefined);
    expect(opened.ok ? '' : opened.fault.detail).toContain('kind of by-tile is latest, published with by-location. ');
  });

  test('may come to keep more or less', () => {
    const { store } = openTestStore();
    const views = createViewTable(store, BASE);
    views.open(STREAM, VIEW, { days: 30 });
    expect(views.open(STREAM, VIEW, { days: 90, startMs: 5 }).ok).toBe(true);
    expect(views.find(1, 'by-tile')?.retention).toEqual({ days: 90, startMs: 5 });
  });

  test('that is no longer configured is still there, after by-page', () => {
    const { store } = openTestStore();
    const views = createViewTable(store, BASE);
    views.open(STREAM, VIEW, undefined);
    views.open(STREAM, { kind: 'by-page', name: 'by-page', pageSize: 2, fanOut: 2 }, undefined);
    views.open(STREAM, { kind: 'latest', name: 'actual', buckets: 64 }, undefined);
    expect(views.list(1).map(({ definition }) => definition.name)).toEqual(['by-page', 'actual', 'by-tile']);
  });
});
