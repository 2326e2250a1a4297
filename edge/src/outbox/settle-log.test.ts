import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitUplinks, counters } from '../testing/planned-uplinks.ts';
import { OUTBOX_FILE, openingFault } from './open-outbox.ts';
import { settleLog } from './settle-log.ts';

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('the write-ahead log of a run that was killed', () => {
  it('is in the file, and cut, before the next run takes anything', () => {
    const killed = openTestOutbox(directory.path).outbox;
    commitUplinks(killed, counters(20));
    const log = join(directory.path, `${OUTBOX_FILE}-wal`);
    expect(statSync(log).size).toBeGreaterThan(0);
    // Held open, so that nothing but the second opening can have moved the log into the file.
    const { outbox } = openTestOutbox(directory.path);
    expect(statSync(log).size).toBe(0);
    expect(outbox.nextSequence).toBe(21);
    outbox.abandon();
    killed.abandon();
  });

  it('cannot be settled while another program keeps an older state of it', () => {
    const killed = openTestOutbox(directory.path).outbox;
    commitUplinks(killed, counters(1));
    const reader = new Database(join(directory.path, OUTBOX_FILE), { readonly: true });
    reader.exec('BEGIN; SELECT * FROM state');
    reader.prepare('SELECT * FROM state').get();
    commitUplinks(killed, [2]);
    const connection = new Database(join(directory.path, OUTBOX_FILE), { timeout: 10 });
    expect(settleLog(connection)).toMatchObject({ ok: false, fault: { code: 'held-open' } });
    reader.close();
    expect(settleLog(connection).ok).toBe(true);
    connection.close();
    killed.abandon();
  });
});

describe('a data directory that cannot be used', () => {
  it.each([
    ['EROFS', 'cannot write in /data: it is read-only or belongs to another user (EROFS)'],
    [
      'SQLITE_READONLY_DBMOVED',
      'cannot write in /data: it is read-only or belongs to another user (SQLITE_READONLY_DBMOVED)',
    ],
    ['SQLITE_CANTOPEN', 'cannot write in /data: it is read-only or belongs to another user (SQLITE_CANTOPEN)'],
    ['SQLITE_IOERR_SHMSIZE', 'cannot write in /data: the disk is full (SQLITE_IOERR_SHMSIZE)'],
    ['ENOTDIR', 'cannot use /data: what the system says'],
  ])('for %s is one sentence', (code, sentence) => {
    expect(openingFault('/data', Object.assign(new Error('what the system says'), { code }))).toBe(sentence);
  });
});
