import { describe, expect, test } from 'vitest';
import { openTestStore } from './test-store.ts';
import { openView } from './views.ts';

const STREAM = { id: 1, organisation: 'demo', name: 'heat-stress' };
const SETTINGS = { pageSize: 250, fanOut: 250, publicBaseUrl: 'https://a.example', keyFunction: 'none' };

describe('a view', () => {
  test('opens again with the settings it was published with', () => {
    const { store } = openTestStore();
    expect(openView(store, STREAM, 'by-page', SETTINGS).ok).toBe(true);
    expect(openView(store, STREAM, 'by-page', { ...SETTINGS }).ok).toBe(true);
  });

  test.each([
    ['ldes.pageSize', { pageSize: 100 }],
    ['ldes.fanOut', { fanOut: 100 }],
    ['publicBaseUrl', { publicBaseUrl: 'https://b.example' }],
    ['key function', { keyFunction: 'hour' }],
  ])('is refused with another %s, and the way out is named', (setting, change) => {
    const { store } = openTestStore();
    openView(store, STREAM, 'by-page', SETTINGS);
    const opened = openView(store, STREAM, 'by-page', { ...SETTINGS, ...change });
    expect(opened.ok ? '' : opened.fault.detail).toMatch(new RegExp(`${setting} is .*add a new view`));
  });
});
