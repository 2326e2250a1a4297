import { closeSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitUplinks, counters, plannedUplink } from '../testing/planned-uplinks.ts';
import { markDamaged, OUTBOX_FILE } from './open-outbox.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let file: string;

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory.path, OUTBOX_FILE);
});
afterEach(() => directory.remove());

function fillAndClose(count: number): void {
  const { outbox } = openTestOutbox(directory.path);
  commitUplinks(outbox, counters(count));
  outbox.acknowledge([[1, 10]]);
  outbox.close();
}

function overwrite(position: number, length: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, position);
  closeSync(handle);
}

describe('opening an outbox', () => {
  it('sets a file with a broken header aside and starts with a new epoch', () => {
    fillAndClose(20);
    overwrite(0, 100);
    const { outbox, setAside } = openTestOutbox(directory.path, {}, 9);
    expect(setAside?.salvage).toEqual({ savedCount: 0, lost: [], endKnown: false });
    expect(outbox.epoch).toBe('0000000000000009');
    commitUplinks(outbox, [1]);
    expect(outbox.nextSequence).toBe(2);
    outbox.close();
    expect(readdirSync(directory.path).some((name) => name.startsWith(`${OUTBOX_FILE}.damaged-`))).toBe(true);
  });

  it('takes a file of random bytes for damaged', () => {
    writeFileSync(file, Buffer.alloc(50_000, 'no database'));
    const { outbox, setAside } = openTestOutbox(directory.path);
    expect(setAside).toBeDefined();
    expect(outbox.nextSequence).toBe(1);
    outbox.close();
  });

  it('keeps what is readable of a damaged file and reports the rest by sequence', () => {
    fillAndClose(200);
    const content = readFileSync(file);
    const uplinkPage = Math.floor(content.indexOf('application/', content.length / 2) / 8_192);
    overwrite(uplinkPage * 8_192, 8_192);
    markDamaged(directory.path);

    const { outbox, setAside } = openTestOutbox(directory.path, {}, 9);
    const { savedCount, lost, endKnown } = setAside?.salvage ?? { savedCount: 0, lost: [], endKnown: false };
    const lostCount = lost.reduce((count, [from, to]) => count + to - from + 1, 0);
    expect(endKnown).toBe(true);
    expect(savedCount).toBeGreaterThan(150);
    expect(lostCount).toBeGreaterThan(0);
    expect(savedCount + lostCount).toBe(190);

    expect(outbox.epoch).toBe('0000000000000009');
    expect(outbox.nextSequence).toBe(201);
    const read = outbox.read([11, 200], 1e9);
    expect(read.uplinks).toHaveLength(savedCount);
    expect(read.missing).toEqual(lost);
    const descriptionId = read.uplinks[0]?.observations[0]?.[0] ?? 0;
    expect(outbox.description(descriptionId)?.property).toBe('battery-level');
    expect(outbox.window.has(plannedUplink(7).fingerprint)).toBe(true);
    outbox.close();
    expect(openTestOutbox(directory.path).setAside).toBeUndefined();
  });

  it('keeps what was counted as lost, and the reports of it, out of a damaged file', () => {
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, counters(3));
    const connection = new Database(file);
    connection.exec('DELETE FROM uplinks WHERE id = 2');
    connection.close();
    outbox.read([1, 3], 1e6);
    outbox.prune(RECEIVED_MS);
    outbox.close();
    markDamaged(directory.path);
    const salvaged = openTestOutbox(directory.path, {}, 9).outbox;
    expect(salvaged.gapTotals.get('damaged')).toBe(1);
    expect(salvaged.read([4, 4], 1e6).uplinks[0]?.gaps).toEqual([[null, 'damaged', 1, RECEIVED_MS, RECEIVED_MS]]);
    expect(salvaged.read([1, 4], 1e6).missing).toEqual([[2, 2]]);
    expect(salvaged.gapTotals.get('damaged')).toBe(1);
    salvaged.close();
  });

  it('refuses a file of another version of the program and leaves it where it is', () => {
    const { outbox } = openTestOutbox(directory.path);
    outbox.close();
    const connection = new Database(file);
    connection.pragma('user_version = 99');
    connection.close();
    expect(() => openTestOutbox(directory.path)).toThrow(/use the one that wrote it/);
    expect(readdirSync(directory.path)).toContain(OUTBOX_FILE);
  });
});
