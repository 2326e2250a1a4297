import { copyFileSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openStoreForReading, openStoreForWriting } from './open-store.ts';
import { makeTestFile, openTestStore } from './test-store.ts';

describe('the store', () => {
  test('waits for the disk at every commit', () => {
    const { store } = openTestStore();
    expect(store.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  test('is not made durable by accident: a disk without a write-ahead log is refused', () => {
    expect(() => openStoreForWriting(':memory:')).toThrow('durable write-ahead log');
  });

  test('cannot be written through a reading connection', () => {
    const { file } = openTestStore();
    const reading = openStoreForReading(file);
    expect(() => reading.exec("INSERT INTO stream (organisation, name) VALUES ('a', 'b')")).toThrow('readonly');
    reading.close();
  });

  test('brings what the log of an earlier run holds into the file before it is used', () => {
    const { store, file } = openTestStore();
    store.exec("INSERT INTO stream (organisation, name) VALUES ('a', 'b')");
    // As after a crash: the log is there and the connection that wrote it was never closed.
    const left = makeTestFile();
    const logBytes = () => statSync(`${left}-wal`).size;
    for (const suffix of ['', '-wal']) copyFileSync(`${file}${suffix}`, `${left}${suffix}`);
    expect(logBytes()).toBeGreaterThan(0);
    const again = openStoreForWriting(left);
    expect(logBytes()).toBe(0);
    expect(again.prepare('SELECT name FROM stream').all()).toEqual([{ name: 'b' }]);
    again.close();
  });

  test('of a newer program is refused', () => {
    const { file } = openTestStore();
    const other = new Database(file);
    other.pragma('user_version = 99');
    other.close();
    expect(() => openStoreForWriting(file)).toThrow('store version 99');
  });
});
