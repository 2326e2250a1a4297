import { describe, expect, test } from 'vitest';
import { createQuarantine } from './quarantine.ts';
import { openTestStore } from './test-store.ts';

function record(identity: string, bytes = 1_000) {
  return { identity, stampMs: 1, edge: 'e', reason: 'not-json', detail: 'd', raw: new Uint8Array(bytes) };
}

describe('the quarantine', () => {
  test('takes the same thing once', () => {
    const quarantine = createQuarantine(openTestStore().store, 1_000_000);
    expect([quarantine.add(record('a')), quarantine.add(record('a')), quarantine.add(record('b'))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('drops the oldest at its bound, counts them, and remembers its size over a restart', () => {
    const { store } = openTestStore();
    const bound = 5 * 1_256;
    const first = createQuarantine(store, bound);
    for (let index = 0; index < 8; index++) first.add(record(`r${index}`));
    expect(first.dropped()).toBe(3);
    const second = createQuarantine(store, bound);
    second.add(record('r8'));
    const kept = store.prepare<[], { identity: string }>('SELECT identity FROM quarantine ORDER BY id').all();
    expect(kept.map(({ identity }) => identity)).toEqual(['r4', 'r5', 'r6', 'r7', 'r8']);
  });
});
