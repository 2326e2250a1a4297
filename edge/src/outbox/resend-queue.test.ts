import { join } from 'node:path';
import type { SequenceRange } from '@meetbrug/protocols/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { plannedUplink } from '../testing/planned-uplinks.ts';
import { OUTBOX_FILE } from './open-outbox.ts';
import type { Outbox } from './outbox.ts';
import { requestResend, resendProgress } from './resend-request.ts';

const MINUTE_MS = 60_000;
const NOW_MS = RECEIVED_MS + 3_600_000;

let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;

beforeEach(() => {
  directory = temporaryDirectory();
  outbox = openTestOutbox(directory.path).outbox;
});
afterEach(() => {
  outbox.close();
  directory.remove();
});

const file = () => join(directory.path, OUTBOX_FILE);
const minute = (count: number) => RECEIVED_MS + count * MINUTE_MS;
const request = (fromMs: number, toMs: number) => requestResend(file(), { fromMs, toMs, nowMs: NOW_MS });

/** Uplinks received a minute apart, the first at minute 1; sequences as minutes. */
function commitMinutes(from: number, to: number): void {
  for (let at = from; at <= to; at += 1) {
    const uplink = { ...plannedUplink(at), receivedMs: minute(at) };
    outbox.commit((writer) => writer.addUplink(uplink));
  }
}

function reopen(): void {
  outbox.close();
  outbox = openTestOutbox(directory.path).outbox;
}

function expectProgress(id: number, takenMs: number | undefined, pendingCount: number): void {
  expect(resendProgress(file(), id)).toEqual({ ok: true, value: { takenMs, pendingCount } });
}

describe('a request to send kept uplinks again', () => {
  it('names those received in its time, the end left out, and is taken up by the running edge', () => {
    commitMinutes(1, 20);
    outbox.acknowledge([[1, 20]]);
    const requested = request(minute(5), minute(9));
    expect(requested).toEqual({
      ok: true,
      value: { id: 1, uplinkCount: 4, oldestKeptMs: minute(1), missingCount: 0 },
    });
    expect(outbox.resends.ranges).toEqual([]);
    expectProgress(1, undefined, 4);
    expect(outbox.resends.poll(NOW_MS)).toBe(true);
    expect(outbox.resends.ranges).toEqual([[5, 8]]);
    expectProgress(1, NOW_MS, 4);
    expect(outbox.resends.poll(NOW_MS)).toBe(false);
    expect(outbox.behindCount).toBe(0);
  });

  it('leaves out what the cloud has not acknowledged: that goes anyway', () => {
    commitMinutes(1, 20);
    outbox.acknowledge([
      [1, 6],
      [8, 20],
    ]);
    expect(request(minute(5), minute(9))).toMatchObject({ value: { uplinkCount: 4 } });
    outbox.resends.poll(NOW_MS);
    expect(outbox.resends.ranges).toEqual([
      [5, 6],
      [8, 8],
    ]);
  });

  it('is done as the cloud acknowledges, survives a restart half way, and is never taken up twice', () => {
    commitMinutes(1, 20);
    outbox.acknowledge([[1, 20]]);
    commitMinutes(21, 21);
    request(minute(5), minute(15));
    outbox.resends.poll(NOW_MS);
    outbox.resends.settle([[4, 9]]);
    outbox.resends.poll(NOW_MS + 1_000);
    reopen();
    expect(outbox.resends.poll(NOW_MS + 2_000)).toBe(true);
    expect(outbox.resends.ranges).toEqual([[10, 14]]);
    outbox.resends.settle([[10, 14]]);
    outbox.resends.poll(NOW_MS + 3_000);
    expectProgress(1, NOW_MS, 0);
    reopen();
    expect(outbox.resends.poll(NOW_MS + 4_000)).toBe(false);
    expect(outbox.resends.ranges).toEqual([]);
  });

  it('is taken up by the next start when the edge was not running', () => {
    commitMinutes(1, 3);
    outbox.acknowledge([[1, 3]]);
    outbox.close();
    request(minute(1), minute(4));
    outbox = openTestOutbox(directory.path).outbox;
    outbox.resends.poll(NOW_MS);
    expect(outbox.resends.ranges).toEqual([[1, 3]]);
  });

  it('may overlap another: each uplink goes once for both', () => {
    commitMinutes(1, 20);
    outbox.acknowledge([[1, 20]]);
    request(minute(2), minute(9));
    request(minute(6), minute(13));
    outbox.resends.poll(NOW_MS);
    expect(outbox.resends.ranges).toEqual([[2, 12]]);
    outbox.resends.settle([[2, 12]]);
    outbox.resends.poll(NOW_MS);
    for (const id of [1, 2]) expectProgress(id, NOW_MS, 0);
  });

  it('says what is no longer kept', () => {
    commitMinutes(1, 20);
    outbox.acknowledge([[1, 20]]);
    const sevenDaysOn = minute(9) + 7 * 86_400_000;
    outbox.prune(sevenDaysOn);
    expect(request(minute(1), minute(11))).toMatchObject({
      value: { uplinkCount: 2, oldestKeptMs: minute(9), missingCount: 0 },
    });
    expect(request(minute(1), minute(9))).toMatchObject({ ok: false, fault: { code: 'nothing-kept' } });
  });

  it('is refused while many others are not done', () => {
    commitMinutes(1, 3);
    for (let count = 0; count < 16; count += 1) expect(request(minute(1), minute(4)).ok).toBe(true);
    expect(request(minute(1), minute(4))).toMatchObject({ ok: false, fault: { code: 'too-many-requests' } });
  });

  it('goes to the newest uplink once an epoch renumbered them, so that a correction stays above what it corrects', () => {
    commitMinutes(1, 10);
    outbox.acknowledge([[1, 8]]);
    request(minute(2), minute(4));
    outbox.resends.poll(NOW_MS);
    outbox.resends.settle([[2, 2]]);
    outbox.startEpoch('00000000000000ff', 500);
    // What is kept begins at 501; 9 and 10 were not acknowledged and are numbered 509 and 510 now.
    expect(outbox.acknowledged).toEqual([[1, 508]]);
    outbox.resends.poll(NOW_MS);
    const expected: SequenceRange[] = [[503, 508]];
    expect(outbox.resends.ranges).toEqual(expected);
  });

  it('is made by a new epoch for what was acknowledged out of order, which may correct what goes only now', () => {
    commitMinutes(1, 10);
    outbox.acknowledge([
      [1, 3],
      [6, 10],
    ]);
    outbox.startEpoch('00000000000000ff', 500);
    expect(outbox.resends.poll(NOW_MS)).toBe(true);
    expect(outbox.resends.ranges).toEqual([[506, 510]]);
  });

  it('is not made by a new epoch when all before the newest was acknowledged', () => {
    commitMinutes(1, 10);
    outbox.acknowledge([[1, 7]]);
    outbox.startEpoch('00000000000000ff', 500);
    outbox.resends.poll(NOW_MS);
    expect(outbox.resends.ranges).toEqual([]);
  });
});
