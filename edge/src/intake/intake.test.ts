import { setImmediate as turn } from 'node:timers/promises';
import { fail, ok } from '@meetbrug/protocols/result';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import type { GroupWriter, NewUplink } from '../outbox/outbox.ts';
import type { QuarantineRecord } from '../outbox/quarantine-store.ts';
import { UplinkWindow } from '../outbox/uplink-window.ts';
import { HEAT_SAMPLE, sampleMessage } from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import type { GroupTally } from './group-tally.ts';
import { type GroupStore, Intake, type IntakeOutcome } from './intake.ts';

const rules = intakeRules();

/** A store that notes the order of things and fails or is full on command. */
class FaultyStore implements GroupStore {
  readonly window = new UplinkWindow(1_000);
  readonly uplinks: NewUplink[] = [];
  readonly quarantine: QuarantineRecord[] = [];
  commitCount = 0;
  isFailing = false;
  lacksRoom = false;
  full = false;

  isFull(): boolean {
    return this.full;
  }

  commit(write: (writer: GroupWriter) => void): ReturnType<GroupStore['commit']> {
    const uplinks: NewUplink[] = [];
    write({
      addUplink: (uplink) => uplinks.push(uplink),
      addQuarantine: (record) => this.quarantine.push(record),
      setFrameCounter: () => undefined,
    });
    if (this.isFailing) throw new Error('fsync failed');
    if (this.lacksRoom) return fail('no-room', 'the disk is full');
    this.commitCount += 1;
    this.uplinks.push(...uplinks);
    return ok(undefined);
  }
}

function start(store: FaultyStore, bounds?: ConstructorParameters<typeof Intake>[3]) {
  const outcomes: IntakeOutcome[] = [];
  const tallies: GroupTally[] = [];
  const failures: unknown[] = [];
  const refusals: string[] = [];
  const intake = new Intake(
    store,
    rules,
    {
      committed: (tally) => tallies.push(tally),
      refused: (code) => refusals.push(code),
      failed: (error) => failures.push(error),
    },
    bounds,
  );
  const deliver = (message: RawMessage) => intake.deliver(message, (outcome) => outcomes.push(outcome));
  return { intake, deliver, outcomes, tallies, failures, refusals };
}

const uplink = (frameCounter: number) => sampleMessage(HEAT_SAMPLE, { fCnt: frameCounter });

describe('the intake', () => {
  it('answers only after the commit, one commit for all messages of a turn', async () => {
    const store = new FaultyStore();
    const committedWhenAnswered: number[] = [];
    const { intake } = start(store);
    for (const counter of [1, 2, 3]) {
      intake.deliver(uplink(counter), () => committedWhenAnswered.push(store.uplinks.length));
    }
    expect(committedWhenAnswered).toEqual([]);
    await turn();
    expect(committedWhenAnswered).toEqual([3, 3, 3]);
    expect(store.commitCount).toBe(1);
  });

  it('answers every sender with a fault when the commit fails, and tries nothing again', async () => {
    const store = new FaultyStore();
    const { deliver, outcomes, failures } = start(store);
    store.isFailing = true;
    deliver(uplink(1));
    deliver(uplink(2));
    await turn();
    expect(outcomes.map((outcome) => !outcome.ok && outcome.fault.code)).toEqual(['commit-failed', 'commit-failed']);
    expect(failures).toHaveLength(1);

    store.isFailing = false;
    deliver(uplink(3));
    await turn();
    await turn();
    expect(outcomes[2]).toMatchObject({ ok: false, fault: { code: 'stopped' } });
    expect(store.commitCount).toBe(0);
  });

  it('refuses new messages while the outbox is full and takes them again when it is not', async () => {
    const store = new FaultyStore();
    const { deliver, outcomes, refusals } = start(store);
    store.full = true;
    deliver(uplink(1));
    await turn();
    expect(outcomes[0]).toMatchObject({ ok: false, fault: { code: 'outbox-full' } });
    expect(refusals).toEqual(['outbox-full']);
    store.full = false;
    deliver(uplink(1));
    await turn();
    expect(outcomes[1]?.ok).toBe(true);
    expect(store.uplinks).toHaveLength(1);
  });

  it('leaves a group with its senders when the disk is full, and goes on', async () => {
    const store = new FaultyStore();
    const { deliver, outcomes, refusals, failures, tallies } = start(store);
    store.lacksRoom = true;
    deliver(uplink(1));
    deliver(uplink(2));
    await turn();
    expect(outcomes.map((outcome) => !outcome.ok && outcome.fault.code)).toEqual(['no-room', 'no-room']);
    expect([refusals, failures, tallies]).toEqual([['no-room'], [], []]);
    store.lacksRoom = false;
    deliver(uplink(3));
    await turn();
    expect(outcomes[2]?.ok).toBe(true);
  });

  it('refuses what would wait beyond its bound and goes on with the rest in several groups', async () => {
    const store = new FaultyStore();
    const { deliver, outcomes } = start(store, { groupMessagesMax: 2, waitingMessagesMax: 3 });
    for (const counter of [1, 2, 3, 4]) deliver(uplink(counter));
    while (outcomes.length < 4) await turn();
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(3);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.fault.code === 'intake-full')).toHaveLength(1);
    expect(store.commitCount).toBe(2);
  });

  it('keeps one of two copies in one group and answers both', async () => {
    const store = new FaultyStore();
    const { deliver, outcomes, tallies } = start(store);
    deliver(uplink(7));
    deliver(uplink(7));
    await turn();
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    expect(store.uplinks).toHaveLength(1);
    expect(tallies[0]).toMatchObject({ messageCount: 2, uplinkCount: 1, observationCount: 6, duplicateCount: 1 });
  });

  it('commits what waits when it stops, and refuses what comes later', async () => {
    const store = new FaultyStore();
    const { intake, deliver, outcomes } = start(store);
    deliver(uplink(1));
    intake.stop();
    expect(outcomes).toEqual([{ ok: true, value: undefined }]);
    deliver(uplink(2));
    await turn();
    expect(outcomes[1]).toMatchObject({ ok: false, fault: { code: 'stopped' } });
  });
});
