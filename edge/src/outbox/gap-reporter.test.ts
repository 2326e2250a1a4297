import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitGroup, numberedUplink, numbers } from '../testing/numbered-uplinks.ts';
import { gapsOnFile } from '../testing/outbox-account.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import type { Outbox } from './outbox.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;

beforeEach(() => {
  directory = temporaryDirectory();
  outbox = openTestOutbox(directory.path).outbox;
});
afterEach(() => {
  outbox.abandon();
  directory.remove();
});

/** Turns a bit of rows on disk, so that reading them finds them damaged. */
function damage(sql: string): void {
  const connection = new Database(join(directory.path, OUTBOX_FILE));
  connection.exec(sql);
  connection.close();
}

const lastSequence = () => outbox.nextSequence - 1;
const readAll = () => outbox.read([1, lastSequence()], 1e9);
const reports = () =>
  readAll().uplinks.flatMap(({ receivedMs, gaps }) => (gaps === undefined ? [] : [{ receivedMs, gaps }]));

/** Commits an uplink of one datastream, damages it and lets it be read. */
function lose(number: number, observation = 0): void {
  commitGroup(outbox, [numberedUplink(number, { observations: [observation] })]);
  damage(`UPDATE uplinks SET payload = x'00' WHERE id = (SELECT max(id) FROM uplinks)`);
  readAll();
}

describe('gaps', () => {
  it('that are new to their datastream are reported at once, what adds to them after the interval', () => {
    lose(1);
    outbox.prune(RECEIVED_MS);
    lose(2);
    outbox.prune(RECEIVED_MS + 1_000);
    expect(reports().map(({ gaps }) => gaps.map(([, reason, count]) => [reason, count]))).toEqual([[['damaged', 1]]]);
    lose(3, 1);
    outbox.prune(RECEIVED_MS + 2_000);
    expect(reports()).toHaveLength(2);
    outbox.acknowledge([[1, lastSequence()]]);
    lose(4);
    outbox.prune(RECEIVED_MS + 59_000);
    outbox.prune(RECEIVED_MS + 120_000);
    expect(reports().map(({ gaps }) => gaps.map(([, , count]) => count))).toEqual([[1], [1], [2]]);
  });

  it('that add to known ones wait while a report is on its way, so that an outage leaves one row', () => {
    lose(1);
    outbox.prune(RECEIVED_MS);
    for (const minute of numbers(1, 60)) {
      lose(1 + minute);
      outbox.prune(RECEIVED_MS + minute * 60_000);
    }
    expect(reports()).toHaveLength(1);
    outbox.acknowledge([[1, lastSequence()]]);
    outbox.prune(RECEIVED_MS + 61 * 60_000);
    expect(reports().map(({ gaps }) => gaps[0]?.[2])).toEqual([1, 60]);
  });

  it('are reported with rising times whatever the clock does', () => {
    for (const [index, nowMs] of [RECEIVED_MS, RECEIVED_MS - 86_400_000, 0, RECEIVED_MS].entries()) {
      lose(index + 1, index);
      outbox.prune(nowMs);
    }
    expect(reports().map(({ receivedMs }) => receivedMs - RECEIVED_MS)).toEqual([0, 1, 2, 3]);
  });

  it('survive a restart, counted and not yet reported', () => {
    lose(1);
    outbox.abandon();
    outbox = openTestOutbox(directory.path).outbox;
    expect(outbox.gapTotals.get('damaged')).toBe(1);
    outbox.prune(RECEIVED_MS);
    expect(reports()).toHaveLength(1);
  });

  it('of a damaged row name its datastreams where its text can still be read, and are unknown where it cannot', () => {
    commitGroup(outbox, [numberedUplink(1), numberedUplink(2), numberedUplink(3)]);
    damage("UPDATE uplinks SET topic = 'turned' WHERE id = 1");
    damage("UPDATE uplinks SET observations = '[[1,' WHERE id = 2");
    damage('UPDATE uplinks SET observations = \'[[999,5,null,5,"1",0]]\' WHERE id = 3');
    readAll();
    const { total } = gapsOnFile(directory.path);
    expect(total.total).toBe(8);
    expect(total.entries.find(([name]) => name === ' damaged')).toEqual([' damaged', 2]);
    expect(total.entries).toHaveLength(7);
  });

  it('of sequences without a row count as one unknown observation each', () => {
    commitGroup(
      outbox,
      numbers(1, 5).map((number) => numberedUplink(number)),
    );
    damage('DELETE FROM uplinks WHERE id IN (2, 3)');
    readAll();
    readAll();
    expect(gapsOnFile(directory.path).total.entries).toEqual([[' damaged', 2]]);
  });

  it('in a damaged report are reported again and not counted twice', () => {
    lose(1);
    outbox.prune(RECEIVED_MS);
    damage('UPDATE uplinks SET received_ms = 77 WHERE gaps IS NOT NULL');
    readAll();
    outbox.prune(RECEIVED_MS + 1_000);
    expect(reports().map(({ gaps }) => gaps.map(([, , count]) => count))).toEqual([[1]]);
    expect(outbox.gapTotals.get('damaged')).toBe(1);
  });
});
