import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deviceRegistry } from '../normalise/device-registry.ts';
import { DEVICES, openTestOutbox, RECEIVED_MS, temporaryDirectory, testConfig } from '../testing/edge-fixture.ts';
import { commitUplinks, counters, plannedUplink } from '../testing/planned-uplinks.ts';
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

function reopen(...options: [Parameters<typeof openTestOutbox>[1]?]): void {
  outbox.close();
  outbox = openTestOutbox(directory.path, options[0], 2).outbox;
}

function edit(sql: string, ...values: unknown[]): void {
  const connection = new Database(join(directory.path, OUTBOX_FILE));
  connection.prepare(sql).run(...values);
  connection.close();
}

const sequences = (range: readonly [number, number]) => outbox.read(range, 1e6).uplinks.map(({ sequence }) => sequence);

describe('the outbox', () => {
  it('keeps epoch, numbering and acknowledgements over a restart', () => {
    commitUplinks(outbox, counters(5));
    outbox.acknowledge([
      [1, 2],
      [4, 4],
    ]);
    reopen();
    expect(outbox.epoch).toBe('0000000000000001');
    expect(outbox.nextSequence).toBe(6);
    expect(outbox.acknowledged).toEqual([
      [1, 2],
      [4, 4],
    ]);
    expect(outbox.behindCount).toBe(2);
    expect(outbox.firstUnacknowledged).toBe(3);
    expect(outbox.oldestUnacknowledgedMs).toBe(RECEIVED_MS);
  });

  it('never gives out a sequence twice, though the newest rows are gone', () => {
    commitUplinks(outbox, counters(3));
    outbox.acknowledge([[1, 3]]);
    outbox.prune(RECEIVED_MS + 8 * 86_400_000);
    reopen();
    commitUplinks(outbox, [4]);
    expect(sequences([1, 10])).toEqual([4]);
  });

  it('recognises an uplink that was committed before a restart, also after its row is gone', () => {
    commitUplinks(outbox, counters(20));
    outbox.acknowledge([[1, 20]]);
    outbox.prune(RECEIVED_MS + 8 * 86_400_000);
    reopen();
    expect(counters(21).filter((counter) => !outbox.window.has(plannedUplink(counter).fingerprint))).toEqual([21]);
  });

  it('forgets the oldest uplinks beyond the bound of its window, the same ones after a restart', () => {
    reopen({ uplinksMax: 10 });
    commitUplinks(outbox, counters(16));
    const remembered = () => counters(16).filter((counter) => outbox.window.has(plannedUplink(counter).fingerprint));
    expect(remembered()).toEqual([11, 12, 13, 14, 15, 16]);
    reopen({ uplinksMax: 10 });
    expect(remembered()).toEqual([11, 12, 13, 14, 15, 16]);
  });

  it('writes nothing of a group that fails half-way', () => {
    expect(() =>
      outbox.commit((writer) => {
        writer.addUplink(plannedUplink(1));
        throw new Error('interrupted');
      }),
    ).toThrow('interrupted');
    expect(outbox.nextSequence).toBe(1);
    commitUplinks(outbox, [2]);
    expect(sequences([1, 10])).toEqual([1]);
  });

  it('gives a description a new version when its content changes, and the same one when it does not', () => {
    const versionOf = (sequence: number) => {
      const id = outbox.read([sequence, sequence], 1e6).uplinks[0]?.observations[0]?.[0] ?? 0;
      return outbox.description(id)?.version;
    };
    const moved = DEVICES.map((device) => ({ ...device, at: { ...device.at, label: 'Elders' } }));
    commitUplinks(outbox, [1]);
    reopen();
    commitUplinks(outbox, [2], deviceRegistry(testConfig()));
    reopen();
    commitUplinks(outbox, [3], deviceRegistry(testConfig({ devices: moved })));
    expect([versionOf(1), versionOf(2), versionOf(3)]).toEqual([1, 1, 2]);
  });

  it('keeps what waits for the cloud whatever the configuration becomes: other bounds, and its device gone', () => {
    commitUplinks(outbox, counters(5));
    reopen({ bytesMax: 1_048_576, keepAcknowledgedDays: 0, uplinksMax: 10, whenFull: 'thin-out' });
    outbox.prune(RECEIVED_MS + 30 * 86_400_000);
    expect(sequences([1, 5])).toEqual([1, 2, 3, 4, 5]);
    const [id = 0] = outbox.read([1, 1], 1e6).uplinks[0]?.observations[0] ?? [];
    expect(outbox.description(id)?.property).toBe('battery-level');
  });

  it('stops reading at the bound in bytes and says how far it came', () => {
    commitUplinks(outbox, counters(10));
    const first = outbox.read([1, 10], 600);
    expect(first.uplinks.length).toBeGreaterThan(1);
    expect(first.through).toBe(first.uplinks.length);
    expect(first.through).toBeLessThan(10);
    expect(first.missing).toEqual([]);
  });

  it('puts a row whose checksum is wrong aside and counts it as handled', () => {
    commitUplinks(outbox, counters(3));
    edit('UPDATE uplinks SET payload = ? WHERE id = 2', Buffer.from('turned'));
    const read = outbox.read([1, 3], 1e6);
    expect(read.uplinks.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(read.damaged).toEqual([2]);
    expect(outbox.acknowledged).toEqual([[2, 2]]);
    expect(outbox.quarantineRecordCount).toBe(1);
  });

  it('reports sequences without a row and does not wait for them', () => {
    commitUplinks(outbox, counters(6));
    edit('DELETE FROM uplinks WHERE id IN (2, 3, 6)');
    expect(outbox.read([1, 6], 1e6).missing).toEqual([
      [2, 3],
      [6, 6],
    ]);
    expect(outbox.behindCount).toBe(3);
  });

  it('deletes what is acknowledged and old, and nothing that lies behind what waits still', () => {
    commitUplinks(outbox, counters(6));
    outbox.acknowledge([
      [1, 2],
      [5, 5],
    ]);
    expect(outbox.prune(RECEIVED_MS + 6 * 86_400_000)).toBe(0);
    reopen();
    expect(outbox.prune(RECEIVED_MS + 8 * 86_400_000)).toBe(2);
    expect(sequences([1, 6])).toEqual([3, 4, 5, 6]);
    outbox.acknowledge([[3, 4]]);
    expect(outbox.prune(RECEIVED_MS + 8 * 86_400_000)).toBe(3);
    expect(sequences([1, 6])).toEqual([6]);
  });

  it('makes room by acknowledged uplinks first and is full when all that is left is not acknowledged', () => {
    reopen({ bytesMax: 1_048_576 });
    let counter = 0;
    while (!outbox.isFull()) {
      counter += 1;
      commitUplinks(outbox, [counter]);
    }
    expect(counter).toBeGreaterThan(100);
    outbox.acknowledge([[1, counter - 50]]);
    expect(outbox.isFull()).toBe(false);
    expect(sequences([counter - 49, counter])).toHaveLength(50);
  });

  it('renumbers what it keeps above a given sequence in a new epoch', () => {
    commitUplinks(outbox, counters(5));
    outbox.acknowledge([[1, 2]]);
    outbox.startEpoch('00000000000000ff', 1_000);
    expect(outbox.epoch).toBe('00000000000000ff');
    expect(outbox.firstUnacknowledged).toBe(1_003);
    expect(outbox.nextSequence).toBe(1_006);
    expect(outbox.behindCount).toBe(3);
    expect(sequences([1_003, 1_005])).toEqual([1_003, 1_004, 1_005]);
    commitUplinks(outbox, [6]);
    reopen();
    expect(outbox.epoch).toBe('00000000000000ff');
    expect(sequences([1_003, 1_006])).toEqual([1_003, 1_004, 1_005, 1_006]);
  });

  it('bounds the quarantine and counts what it drops', () => {
    outbox.commit((writer) => {
      for (const receivedMs of counters(103)) {
        writer.addQuarantine({ receivedMs, reason: 'not-json', detail: '', topic: 't', payload: Buffer.from('x') });
      }
    });
    expect(outbox.quarantineRecordCount).toBe(100);
    expect(outbox.quarantineDroppedCount).toBe(3);
  });
});
