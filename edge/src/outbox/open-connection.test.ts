import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../testing/edge-fixture.ts';
import { openConnection } from './open-connection.ts';

const directory = temporaryDirectory();
afterEach(() => directory.remove());

describe('a connection to the outbox', () => {
  it('is durable: WAL with synchronous=FULL, on a second connection too', () => {
    for (let opening = 0; opening < 2; opening += 1) {
      const connection = openConnection(join(directory.path, 'outbox.db'));
      expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(connection.pragma('synchronous', { simple: true })).toBe(2);
      connection.close();
    }
  });

  it('is refused where SQLite cannot give a write-ahead log', () => {
    expect(() => openConnection(':memory:')).toThrow(/needs WAL and synchronous=FULL/);
  });
});
