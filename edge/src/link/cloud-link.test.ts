import { addRange, type Batch, type SequenceRange, subtractRange, type Welcome } from '@meetbrug/protocols/delivery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acknowledgementOf,
  LINK_SETTINGS,
  NEW_HERE,
  type SimulatedCloud,
  type SimulatedLink,
  simulateLink,
} from '../testing/simulated-link.ts';

const ANSWERING: SimulatedCloud = {
  onHello: (_hello, simulated) => simulated.say('welcome', NEW_HERE),
  onBatch: (batch, simulated) => simulated.say('acknowledgement', acknowledgementOf(batch)),
};
const GREETING: SimulatedCloud = { onHello: (_hello, simulated) => simulated.say('welcome', NEW_HERE) };

const sequencesOf = ({ uplinks }: Batch) => uplinks.map(([sequence]) => sequence);

describe('the link through a broker that the cloud has not reached', () => {
  it('stays connected, says hello with growing pauses, and begins at the first welcome', () => {
    const simulated = simulateLink(3, {});
    simulated.time.pass(3_600_000);
    expect(simulated.connectionCount()).toBe(1);
    expect(simulated.batches).toEqual([]);
    // At 0, 1, 3, 7, 15 and 31 s, then every 30 s.
    expect(simulated.hellos.length).toBe(124);
    expect(simulated.link.isConnected).toBe(false);

    simulated.say('welcome', NEW_HERE);
    simulated.time.pass(10);
    expect(simulated.link.isConnected).toBe(true);
    expect(simulated.batches.map(sequencesOf)).toEqual([[1, 2, 3]]);
  });
});

describe('whether the link is connected', () => {
  it('follows from what the cloud answers, while the connection stays open', () => {
    let answers = true;
    const simulated = simulateLink(1, {
      ...GREETING,
      onBatch: (batch, { say }) => {
        if (answers) say('acknowledgement', acknowledgementOf(batch));
      },
    });
    expect([simulated.link.isConnected, simulated.link.acknowledgementAgeMs]).toEqual([false, undefined]);
    simulated.time.pass(100);
    expect([simulated.link.isConnected, simulated.link.acknowledgementAgeMs]).toEqual([true, 100]);

    answers = false;
    simulated.outbox.nextSequence += 1;
    simulated.link.notify();
    simulated.time.pass(900);
    expect(simulated.link.isConnected).toBe(true);
    simulated.time.pass(2_000);
    expect([simulated.link.isConnected, simulated.connectionCount()]).toEqual([false, 1]);
    expect(simulated.link.acknowledgementAgeMs).toBe(3_000);
  });

  it('is asked after a silence with nothing to send', () => {
    const simulated = simulateLink(0, ANSWERING);
    simulated.time.pass(LINK_SETTINGS.keepaliveSeconds * 1_000 * 3);
    expect(simulated.hellos.length).toBeGreaterThanOrEqual(3);
    expect([simulated.connectionCount(), simulated.link.isConnected]).toEqual([1, true]);
    expect(simulated.events).toEqual(['connected']);
  });
});

describe('a connection that leads nowhere', () => {
  it('is closed and opened anew while batches wait, and what they held arrives', () => {
    let isDeaf = true;
    const simulated = simulateLink(40, {
      ...GREETING,
      onBatch: (batch, { say, connectionCount }) => {
        if (connectionCount() > 1) isDeaf = false;
        if (!isDeaf) say('acknowledgement', acknowledgementOf(batch));
      },
    });
    simulated.time.pass(LINK_SETTINGS.silenceMsMax + 2_000);
    expect(simulated.reasons).toEqual(['the cloud said nothing for 10000 ms']);
    expect(simulated.outbox.behindCount).toBe(0);
  });

  it('is closed when a cloud that was there does not answer a hello any more', () => {
    let answers = true;
    const simulated = simulateLink(0, {
      onHello: (_hello, { say }) => {
        if (answers) say('welcome', NEW_HERE);
      },
    });
    simulated.time.pass(1_000);
    answers = false;
    simulated.time.pass(60_000 + LINK_SETTINGS.silenceMsMax + 1_000);
    expect(simulated.reasons).toEqual(['the cloud said nothing for 10000 ms']);
  });
});

describe('a cloud that cannot keep up', () => {
  it('gets half as much and is waited for twice as long after each time-out', () => {
    const simulated = simulateLink(5_000, GREETING);
    simulated.time.pass(10);
    expect(simulated.link.window.batches).toBe(4);
    // One live, two of the backlog, and room for one that is live.
    expect(simulated.link.inFlightCount).toBe(3);
    simulated.time.pass(1_300);
    expect(simulated.link.window).toMatchObject({ batches: 2, batchUplinks: 250, ackTimeoutMs: 2_000 });
    expect(simulated.link.inFlightCount).toBe(2);
    simulated.time.pass(2_300);
    expect(simulated.link.window).toMatchObject({ batches: 2, batchUplinks: 125, ackTimeoutMs: 4_000 });
  });

  it('that takes longer than the setting is not sent everything twice for ever', () => {
    const simulated = simulateLink(0, {
      ...GREETING,
      onBatch: (batch, { time, say }) =>
        void time.scheduler.after(3_000, () => say('acknowledgement', acknowledgementOf(batch))),
    });
    for (let uplink = 0; uplink < 60; uplink += 1) {
      simulated.outbox.nextSequence += 1;
      simulated.link.notify();
      simulated.time.pass(4_000);
    }
    const last20 = simulated.batches.slice(-20).map(sequencesOf);
    expect(new Set(last20.flat()).size).toBe(20);
    expect(simulated.link.window.ackTimeoutMs).toBeGreaterThan(3_000);
  });

  it('and refuses batches is tried less and less often, however friendly its welcome', () => {
    const simulated = simulateLink(5_000, { ...GREETING, onBatch: (_batch, { breakOff }) => breakOff() });
    simulated.time.pass(600_000);
    // Half a second doubles to 30 s within 7 attempts; without that there would be a thousand.
    expect(simulated.connectionCount()).toBeLessThan(30);
    expect(simulated.batches.length).toBeLessThan(3 * simulated.connectionCount());
    expect(simulated.outbox.behindCount).toBe(5_000);
  });

  it('is sent as much as may be in flight while it answers quickly', () => {
    let inFlightMost = 0;
    const simulated = simulateLink(100_000, {
      ...GREETING,
      onBatch: (batch, { time, say, link }) => {
        inFlightMost = Math.max(inFlightMost, link.inFlightCount);
        time.scheduler.after(40, () => say('acknowledgement', acknowledgementOf(batch)));
      },
    });
    simulated.time.pass(60_000);
    expect(simulated.outbox.behindCount).toBe(0);
    // The backlog leaves room for two batches of live data.
    expect(inFlightMost).toBe(LINK_SETTINGS.batchesInFlightMax - 2);
  });
});

describe('what the cloud has and is to get again', () => {
  it('goes after live data and backlog, once, and is done when it is acknowledged', () => {
    const history = {
      ranges: [[2, 1_201]] as readonly SequenceRange[],
      settle(ranges: readonly SequenceRange[]) {
        this.ranges = ranges.reduce<readonly SequenceRange[]>(subtractRange, this.ranges);
      },
    };
    const order: number[] = [];
    const simulated = simulateLink(
      3_000,
      {
        ...GREETING,
        onBatch: (batch, { say, outbox }) => {
          order.push(...sequencesOf(batch));
          say('acknowledgement', { ...acknowledgementOf(batch), epoch: outbox.epoch });
        },
      },
      { history },
    );
    simulated.outbox.acknowledged = [[1, 2_500]];
    simulated.time.pass(1_000);
    expect(order.slice(0, 500).every((sequence) => sequence > 2_500)).toBe(true);
    expect(order.slice(500)).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 2));
    expect(history.ranges).toEqual([]);
  });
});

describe('what is heard again or out of turn', () => {
  const earlier: Welcome = { version: 1, last: { epoch: 'bbbbbbbbbbbbbbbb', sequence: 70 }, highestSequence: 70 };

  /** 10 uplinks above 70 in a new epoch, all acknowledged, after a welcome that asked for it. */
  function settled(): SimulatedLink {
    const simulated = simulateLink(10, {
      onHello: (_hello, { say }) => say('welcome', earlier),
      onBatch: (batch, { say }) => say('acknowledgement', acknowledgementOf(batch)),
    });
    simulated.time.pass(1_000);
    expect([simulated.outbox.behindCount, simulated.outbox.nextSequence]).toEqual([0, 81]);
    return simulated;
  }
  const acknowledgement = ({ batches }: SimulatedLink, epoch: string, ...acknowledged: SequenceRange[]) => ({
    version: 1,
    epoch,
    run: batches[0]?.run,
    acknowledged,
    describe: [],
    refused: [],
  });

  it.each<[string, (simulated: SimulatedLink) => void]>([
    ['the welcome that began the epoch', ({ say }) => say('welcome', earlier)],
    ['a welcome from before that', ({ say }) => say('welcome', NEW_HERE)],
    [
      'a welcome that knows less of this epoch',
      ({ say, outbox: { epoch } }) =>
        say('welcome', { version: 1, last: { epoch, sequence: 72 }, highestSequence: 72 } satisfies Welcome),
    ],
    [
      'the same acknowledgement',
      (link) => link.say('acknowledgement', acknowledgement(link, link.outbox.epoch, [71, 80])),
    ],
    [
      'an acknowledgement of another epoch',
      (link) => link.say('acknowledgement', acknowledgement(link, 'b'.repeat(16), [1, 9])),
    ],
    [
      'an acknowledgement of what was never sent',
      (link) => link.say('acknowledgement', acknowledgement(link, link.outbox.epoch, [81, 90], [79, 99])),
    ],
    [
      'an acknowledgement backwards',
      (link) => link.say('acknowledgement', acknowledgement(link, link.outbox.epoch, [80, 75])),
    ],
    ['an empty acknowledgement', (link) => link.say('acknowledgement', acknowledgement(link, link.outbox.epoch))],
    [
      'a wish for a description that nothing uses',
      (link) =>
        link.say('acknowledgement', {
          ...acknowledgement(link, link.outbox.epoch),
          describe: [['a.b.luchttemperatuur.momentaan', 1]],
        }),
    ],
    [
      'an acknowledgement for an earlier start of the edge',
      (link) =>
        link.say('acknowledgement', { ...acknowledgement(link, link.outbox.epoch, [1, 90]), run: 'd'.repeat(16) }),
    ],
    ['bytes that are no welcome', ({ sayBytes }) => sayBytes('welcome', Buffer.from([1, 2, 3]))],
    ['no bytes', ({ sayBytes }) => sayBytes('acknowledgement', Buffer.of())],
  ])('changes nothing: %s', (_, hear) => {
    const simulated = settled();
    const state = () => ({
      outbox: structuredClone({ ...simulated.outbox }),
      batches: simulated.batches.length,
      hellos: simulated.hellos.length,
      connections: simulated.connectionCount(),
      isConnected: simulated.link.isConnected,
    });
    const before = state();
    for (let time = 0; time < 3; time += 1) hear(simulated);
    simulated.time.pass(5_000);
    expect(state()).toEqual(before);
  });

  it('loses nothing and sends no more at once than may be, whatever is lost, doubled or late', () => {
    const fault = fc.record({
      kind: fc.constantFrom('deliver', 'lose', 'double', 'late', 'break off'),
      ms: fc.integer({ min: 0, max: 20_000 }),
    });
    const scenario = fc.record({
      uplinkCount: fc.integer({ min: 1, max: 4_000 }),
      known: fc.option(fc.integer({ min: 1, max: 3_000 })),
      faults: fc.array(fault, { maxLength: 40 }),
    });
    fc.assert(
      fc.property(scenario, ({ uplinkCount, known, faults }) => {
        let stored: readonly SequenceRange[] = [];
        let last = known === null ? null : { epoch: 'b'.repeat(16), sequence: known };
        let step = 0;
        const send = (simulated: SimulatedLink, kind: 'welcome' | 'acknowledgement', body: unknown) => {
          const { kind: what, ms } = faults[step++] ?? { kind: 'deliver', ms: 0 };
          if (what === 'break off') simulated.breakOff();
          if (what === 'deliver' || what === 'double') simulated.say(kind, body);
          if (what === 'late' || what === 'double') simulated.time.scheduler.after(ms, () => simulated.say(kind, body));
        };
        const simulated = simulateLink(uplinkCount, {
          onHello: (_hello, link) =>
            send(link, 'welcome', { version: 1, last, highestSequence: last?.sequence ?? 0 } satisfies Welcome),
          onBatch: (batch, link) => {
            expect(link.link.inFlightCount).toBeLessThanOrEqual(LINK_SETTINGS.batchesInFlightMax);
            const sequences = sequencesOf(batch);
            const highest = Math.max(last?.sequence ?? 0, ...sequences);
            last = { epoch: batch.epoch, sequence: highest };
            for (const sequence of sequences) stored = addRange(stored, [sequence, sequence]);
            send(link, 'acknowledgement', acknowledgementOf(batch));
          },
        });
        for (let minute = 0; minute < 120 && simulated.outbox.behindCount > 0; minute += 1) simulated.time.pass(60_000);
        const first = known === null ? 1 : known + 1;
        expect(simulated.outbox.behindCount).toBe(0);
        expect(stored).toEqual([[first, first + uplinkCount - 1]]);
        expect(simulated.events.filter((event) => event === 'epoch started')).toHaveLength(known === null ? 0 : 1);
      }),
      { seed: 43, numRuns: 60 },
    );
  });
});
