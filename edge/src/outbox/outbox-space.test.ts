import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitGroup, numberedUplink, numbers } from '../testing/numbered-uplinks.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import type { Outbox } from './outbox.ts';

const MEBIBYTE = 1_048_576;
let directory: ReturnType<typeof temporaryDirectory>;
let file: string;

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory.path, OUTBOX_FILE);
});
afterEach(() => directory.remove());

/** 40 MB of uplinks, all acknowledged, then deleted for their age. Returns the sizes of the file before and after. */
function drain(outbox: Outbox): { readonly before: number; readonly after: number } {
  for (const group of numbers(1, 40)) {
    commitGroup(
      outbox,
      numbers(1, 50).map((each) =>
        numberedUplink(group * 50 + each, { payloadBytes: 20_000, receivedMs: RECEIVED_MS }),
      ),
    );
  }
  // The last one stays behind, at the very end of the file.
  outbox.acknowledge([[1, outbox.nextSequence - 2]]);
  outbox.prune(RECEIVED_MS);
  const before = statSync(file).size;
  outbox.abandon();
  const reopened = openTestOutbox(directory.path).outbox;
  reopened.acknowledge([[1, reopened.nextSequence - 2]]);
  for (let ticks = 0; ticks < 500 && reopened.prune(RECEIVED_MS + 8 * 86_400_000 + ticks) > 0; ticks += 1);
  const after = statSync(file).size;
  expect(reopened.read([1, reopened.nextSequence - 1], 1e9).uplinks).toHaveLength(1);
  reopened.close();
  return { before, after };
}

describe('the disk', () => {
  it('has back what a drained backlog took, but for 8 MiB that stay for the next one', () => {
    const { before, after } = drain(openTestOutbox(directory.path).outbox);
    expect(before).toBeGreaterThan(38 * MEBIBYTE);
    expect(after).toBeLessThan(10 * MEBIBYTE);
  });

  it('does not have it back from a file of an older program, which uses its free pages again', () => {
    const old = new Database(file);
    old.pragma('page_size = 8192');
    old.pragma('journal_mode = WAL');
    old.exec('CREATE TABLE older (id INTEGER)');
    old.close();
    const { before, after } = drain(openTestOutbox(directory.path).outbox);
    expect(after).toBe(before);
    const { outbox } = openTestOutbox(directory.path);
    expect(outbox.usedBytes).toBeLessThan(2 * MEBIBYTE);
    outbox.close();
  });
});
