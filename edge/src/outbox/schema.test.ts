import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitUplinks } from '../testing/planned-uplinks.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import { rowChecksum } from './row-checksum.ts';

/** The first version, as its program wrote it. */
const VERSION_1 = `
CREATE TABLE state (only INTEGER PRIMARY KEY CHECK (only = 1), epoch TEXT NOT NULL, sequence_offset INTEGER NOT NULL,
  next_id INTEGER NOT NULL, acknowledged TEXT NOT NULL) STRICT;
CREATE TABLE uplinks (id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, observations TEXT NOT NULL,
  topic TEXT NOT NULL, payload BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
CREATE TABLE descriptions (id INTEGER PRIMARY KEY, datastream TEXT NOT NULL, version INTEGER NOT NULL,
  valid_from_ms INTEGER NOT NULL, content TEXT NOT NULL, UNIQUE (datastream, version)) STRICT;
CREATE TABLE quarantine (id INTEGER PRIMARY KEY, received_ms INTEGER NOT NULL, reason TEXT NOT NULL,
  detail TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL) STRICT;
CREATE TABLE seen_chunks (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
CREATE TABLE seen_tail (id INTEGER PRIMARY KEY, fingerprints BLOB NOT NULL) STRICT;
INSERT INTO state VALUES (1, '00000000000000aa', 7, 2, '[]');
INSERT INTO descriptions VALUES (1, 'a.b.c.d', 1, 5, '{"datastream":"a.b.c.d"}');
INSERT INTO quarantine VALUES (1, ${RECEIVED_MS}, 'unknown-device', '', 't', x'414243');
PRAGMA user_version = 1;
`;

let directory: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('an outbox of the first version', () => {
  it('is brought up to date with its uplinks, and its quarantined bytes, which nobody reduced, go at once', () => {
    const connection = new Database(join(directory.path, OUTBOX_FILE));
    connection.exec(VERSION_1);
    const row = {
      id: 1,
      received_ms: RECEIVED_MS,
      observations: '[[1,5,null,5,"3",0]]',
      topic: 't',
      payload: Buffer.of(),
    };
    connection
      .prepare('INSERT INTO uplinks VALUES (1, ?, ?, ?, ?, ?)')
      .run(row.received_ms, row.observations, row.topic, row.payload, rowChecksum(row));
    connection.close();

    const { outbox, setAside } = openTestOutbox(directory.path);
    expect(setAside).toBeUndefined();
    expect(outbox.read([8, 8], 1e6).uplinks).toEqual([
      { sequence: 8, receivedMs: RECEIVED_MS, observations: [[1, 5, null, 5, '3', 0]] },
    ]);
    expect(outbox.description(1)).toMatchObject({ datastream: 'a.b.c.d', version: 1, validFromMs: 5 });
    expect(outbox.prune(RECEIVED_MS)).toBe(1);
    expect(outbox.quarantineRecordCount).toBe(1);
    commitUplinks(outbox, [1]);
    expect(outbox.nextSequence).toBe(10);
    outbox.close();
    const reopened = openTestOutbox(directory.path);
    expect(reopened.outbox.epoch).toBe('00000000000000aa');
    reopened.outbox.close();
  });
});
