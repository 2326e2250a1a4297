import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import { openTestOutbox, RECEIVED_MS, TEST_BOUNDS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitGroup, MINUTE_MS, numberedUplink, numbers } from '../testing/numbered-uplinks.ts';
import { gapsOnFile } from '../testing/outbox-account.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import type { Outbox } from './outbox.ts';
import { type OutboxStores, openStores } from './outbox-stores.ts';
import { prepareSchema } from './schema.ts';
import { SequenceNumbering } from './sequence-numbering.ts';
import type { StoredGap } from './stored-gaps.ts';

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

/** Commits an uplink of one observation, damages it and lets it be read. */
function lose(number: number): void {
  commitGroup(outbox, [numberedUplink(number, { observations: [0] })]);
  damage(`UPDATE uplinks SET payload = x'00' WHERE id = (SELECT max(id) FROM uplinks)`);
  readAll();
}

describe('the reporter of gaps', () => {
  let connection: Database.Database;
  let numbering: SequenceNumbering;
  let stores: OutboxStores;

  beforeEach(() => {
    connection = new Database(':memory:');
    prepareSchema(connection, '00000000000000aa');
    numbering = new SequenceNumbering(connection);
    stores = openStores(connection, TEST_BOUNDS, numbering);
  });
  afterEach(() => connection.close());

  /** Counts one discarded observation of one of the datastreams. */
  const drop = (index = 0) => {
    const { datastream } = numberedUplink(1).observations[index] as NormalisedObservation;
    const id = stores.descriptions.idOf(datastream, RECEIVED_MS, RECEIVED_MS);
    stores.gaps.count([[id, 'dropped', 1, RECEIVED_MS, RECEIVED_MS]]);
  };
  const report = (nowMs: number) => stores.gapReporter.report(nowMs);
  const reported = () =>
    [...stores.rows.between(1, numbering.nextId - 1)].map(({ received_ms, gaps }) => ({
      receivedMs: received_ms,
      gaps: JSON.parse(gaps ?? '[]') as StoredGap[],
    }));
  const counts = () => reported().map(({ gaps }) => gaps.map(([, , count]) => count));
  const acknowledgeAll = () => numbering.acknowledge([[1, numbering.nextId - 1]]);

  it('reports at once what is new to its datastream, and after the interval what adds to it', () => {
    drop();
    report(RECEIVED_MS);
    drop();
    report(RECEIVED_MS + 1_000);
    expect(counts()).toEqual([[1]]);
    drop(1);
    report(RECEIVED_MS + 2_000);
    expect(counts()).toEqual([[1], [1]]);
    acknowledgeAll();
    drop();
    report(RECEIVED_MS + 59_000);
    report(RECEIVED_MS + 120_000);
    expect(counts()).toEqual([[1], [1], [2]]);
  });

  it('lets what adds to known gaps wait while a report is on its way, so that an outage leaves one row', () => {
    drop();
    report(RECEIVED_MS);
    for (const minute of numbers(1, 60)) {
      drop();
      report(RECEIVED_MS + minute * 60_000);
    }
    expect(counts()).toEqual([[1]]);
    acknowledgeAll();
    report(RECEIVED_MS + 61 * 60_000);
    expect(counts()).toEqual([[1], [60]]);
  });

  it('gives reports rising times whatever the clock does', () => {
    for (const [index, nowMs] of [RECEIVED_MS, RECEIVED_MS - 86_400_000, 0, RECEIVED_MS].entries()) {
      drop(index);
      report(nowMs);
    }
    expect(reported().map(({ receivedMs }) => receivedMs - RECEIVED_MS)).toEqual([0, 1, 2, 3]);
  });
});

describe('gaps', () => {
  it('survive a restart, counted and not yet reported', () => {
    lose(1);
    outbox.abandon();
    outbox = openTestOutbox(directory.path).outbox;
    expect(outbox.gapTotals.get('damaged')).toBe(1);
    outbox.prune(RECEIVED_MS);
    expect(reports()).toHaveLength(1);
  });

  it('of a damaged row are of an unknown datastream, as many as its text shows and at least one', () => {
    commitGroup(
      outbox,
      numbers(1, 5).map((number) => numberedUplink(number, { observations: [0, 1, 2] })),
    );
    damage("UPDATE uplinks SET topic = 'turned' WHERE id = 1");
    damage("UPDATE uplinks SET observations = '[[1,' WHERE id = 2");
    damage(`UPDATE uplinks SET observations = replace(observations, '[[', '[{') WHERE id = 3`);
    damage(`UPDATE uplinks SET observations = substr(observations, 1, instr(observations, '"') - 1)
      || '#' || substr(observations, instr(observations, '"') + 1) WHERE id = 4`);
    const damaged = () => gapsOnFile(directory.path).total.entries;
    readAll();
    expect(damaged()).toEqual([[' damaged', 3 + 1 + 3 + 3]]);
    const row = outbox.read([5, 5], 1e6).uplinks[0];
    expect(row?.observations).toHaveLength(3);
  });

  it('of a damaged row do not name the datastream or the time that a turned digit makes of them', () => {
    commitGroup(outbox, [numberedUplink(1, { observations: [0] }), numberedUplink(2, { observations: [1] })]);
    damage(`UPDATE uplinks SET observations = replace(observations, '[[1,', '[[2,') WHERE id = 1`);
    readAll();
    outbox.prune(RECEIVED_MS);
    const receivedMs = RECEIVED_MS + MINUTE_MS;
    expect(reports().map(({ gaps }) => gaps)).toEqual([[[null, 'damaged', 1, receivedMs, receivedMs]]]);
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
