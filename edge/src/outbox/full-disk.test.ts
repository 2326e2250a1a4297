import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RECEIVED_MS, TEST_BOUNDS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitGroup, numberedUplink, numbers } from '../testing/numbered-uplinks.ts';
import { openConnection } from './open-connection.ts';
import { Outbox } from './outbox.ts';
import { prepareSchema } from './schema.ts';

/** SQLite answers at its bound in pages exactly as at a full disk: SQLITE_FULL in the middle of a transaction. */
const ENOUGH_PAGES = 100_000;
let directory: ReturnType<typeof temporaryDirectory>;
let connection: Database.Database;
let outbox: Outbox;

beforeEach(() => {
  directory = temporaryDirectory();
  connection = openConnection(join(directory.path, 'outbox.db'));
  prepareSchema(connection, '00000000000000aa');
  outbox = new Outbox(connection, TEST_BOUNDS);
});
afterEach(() => {
  outbox.abandon();
  directory.remove();
});

const fillDisk = () => connection.pragma(`max_page_count = 1`);
const clearDisk = () => connection.pragma(`max_page_count = ${ENOUGH_PAGES}`);
const sequences = () => outbox.read([1, outbox.nextSequence], 1e9).uplinks.map(({ sequence }) => sequence);
const large = (from: number, to: number) =>
  numbers(from, to).map((number) => numberedUplink(number, { payloadBytes: 20_000 }));

describe('an outbox on a full disk', () => {
  it('takes nothing, keeps what it has, and goes on by itself when there is room', () => {
    commitGroup(outbox, large(1, 3));
    fillDisk();
    expect(commitGroup(outbox, large(4, 6))).toBe(false);
    expect(outbox.lacksRoom).toBe(true);
    expect(outbox.isFull()).toBe(true);
    expect(commitGroup(outbox, [numberedUplink(7)])).toBe(false);
    expect(outbox.prune(RECEIVED_MS)).toBe(0);
    expect(outbox.isFull()).toBe(true);
    expect(sequences()).toEqual([1, 2, 3]);

    clearDisk();
    outbox.prune(RECEIVED_MS + 1_000);
    expect(outbox.isFull()).toBe(false);
    expect(commitGroup(outbox, large(4, 6))).toBe(true);
    expect(sequences()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('has forgotten of a group that failed that it saw it, so that its redelivery is no duplicate', () => {
    fillDisk();
    const group = large(1, 3);
    expect(commitGroup(outbox, group)).toBe(false);
    expect(group.map(({ fingerprint }) => outbox.window.has(fingerprint))).toEqual([false, false, false]);
  });

  it('writes descriptions again that a failed group brought first', () => {
    fillDisk();
    commitGroup(outbox, large(1, 3));
    clearDisk();
    outbox.prune(RECEIVED_MS);
    commitGroup(outbox, [numberedUplink(1)]);
    const [id = 0] = outbox.read([1, 1], 1e9).uplinks[0]?.observations[0] ?? [];
    expect(outbox.description(id)).toBeDefined();
  });

  it('keeps acknowledgements that came meanwhile', () => {
    commitGroup(outbox, large(1, 3));
    outbox.acknowledge([[1, 2]]);
    fillDisk();
    commitGroup(outbox, large(4, 6));
    outbox.acknowledge([[3, 3]]);
    expect(outbox.behindCount).toBe(0);
    expect(outbox.closeCountWindows(RECEIVED_MS)).toBe(0);
  });

  it('says so to whoever must not go on without a write, and then does not damage anything', () => {
    commitGroup(outbox, large(1, 3));
    fillDisk();
    commitGroup(outbox, large(4, 6));
    expect(() => outbox.startEpoch('00000000000000bb', 1_000)).toThrow(/disk of --data-dir is full/);
    expect(outbox.epoch).toBe('00000000000000aa');
    clearDisk();
    outbox.prune(RECEIVED_MS);
    outbox.startEpoch('00000000000000bb', 1_000);
    expect(outbox.firstUnacknowledged).toBe(1_001);
  });

  it('takes nothing after a start whose log could not be settled until it is', () => {
    outbox = new Outbox(connection, TEST_BOUNDS, false);
    expect(outbox.isFull()).toBe(true);
    expect(commitGroup(outbox, [numberedUplink(1)])).toBe(false);
    outbox.prune(RECEIVED_MS);
    expect(commitGroup(outbox, [numberedUplink(1)])).toBe(true);
  });
});
