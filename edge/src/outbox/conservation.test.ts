import { type SequenceRange, subtractRange } from '@meetbrug/protocols/delivery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitGroup, MINUTE_MS, numberedUplink, numbers } from '../testing/numbered-uplinks.ts';
import { Account, accountOf, gapsOnFile } from '../testing/outbox-account.ts';
import { OVERFLOW_POLICIES, type OverflowPolicy } from './group-writer.ts';
import type { Outbox } from './outbox.ts';

const BYTES_MAX = 450_000;
const GROUP_MAX = 20;
/** One group of 20 uplinks of 3 kB, and what a table, an index and a report of gaps need of new pages. */
const SLACK_BYTES = 131_072;

type Step =
  | { readonly kind: 'commit'; readonly uplinks: number; readonly observations: number[]; readonly late: number }
  | { readonly kind: 'acknowledge'; readonly from: number; readonly share: number }
  | { readonly kind: 'time'; readonly ticks: number }
  | { readonly kind: 'set-clock'; readonly days: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'epoch' };

const percent = fc.integer({ min: 0, max: 100 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      uplinks: fc.integer({ min: 1, max: GROUP_MAX }),
      observations: fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
      late: fc.integer({ min: 0, max: 90 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('acknowledge' as const), from: percent, share: percent }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), ticks: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('set-clock' as const), days: fc.integer({ min: -9, max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'epoch' as const }) },
);

/** An outbox with everything that was done to it written down beside. */
class Ledger {
  readonly committed = new Account();
  readonly delivered = new Account();
  readonly reported = new Account();
  readonly #dataDir: string;
  readonly #whenFull: OverflowPolicy;
  outbox: Outbox;
  #nowMs = RECEIVED_MS;
  #number = 0;
  #epoch = 1;

  constructor(dataDir: string, whenFull: OverflowPolicy) {
    this.#dataDir = dataDir;
    this.#whenFull = whenFull;
    this.outbox = this.#open();
  }

  #open(): Outbox {
    const bounds = { bytesMax: BYTES_MAX, whenFull: this.#whenFull, keepUnacknowledgedDays: 0.2 } as const;
    return openTestOutbox(this.#dataDir, bounds).outbox;
  }

  take(step: Step): void {
    switch (step.kind) {
      case 'commit':
        this.#commit(step);
        break;
      case 'acknowledge':
        this.#acknowledge(step);
        break;
      case 'time':
        for (const _ of numbers(1, step.ticks)) {
          this.#nowMs += 4 * MINUTE_MS;
          this.outbox.prune(this.#nowMs);
        }
        break;
      case 'set-clock':
        this.#nowMs += step.days * 86_400_000;
        this.outbox.prune(this.#nowMs);
        break;
      case 'restart':
        this.outbox.close();
        this.outbox = this.#open();
        break;
      case 'epoch':
        this.#epoch += 1;
        this.outbox.startEpoch(this.#epoch.toString(16).padStart(16, 'e'), this.outbox.nextSequence + 100);
    }
  }

  #commit({ uplinks, observations, late }: Extract<Step, { kind: 'commit' }>): void {
    if (this.outbox.isFull()) return;
    const group = numbers(1, uplinks).map(() => {
      this.#number += 1;
      this.#nowMs += MINUTE_MS;
      const beginMs = this.#nowMs - late * MINUTE_MS;
      return numberedUplink(this.#number, { observations, payloadBytes: 3_000, receivedMs: this.#nowMs, beginMs });
    });
    expect(commitGroup(this.outbox, group)).toBe(true);
    for (const { datastream } of group.flatMap((uplink) => uplink.observations)) this.committed.add(datastream.key, 1);
    expect(this.outbox.usedBytes).toBeLessThan(BYTES_MAX + SLACK_BYTES);
  }

  #acknowledge({ from, share }: Extract<Step, { kind: 'acknowledge' }>): void {
    const { firstUnacknowledged, nextSequence, behindCount } = this.outbox;
    if (behindCount === 0) return;
    const first = firstUnacknowledged + Math.floor(((nextSequence - 1 - firstUnacknowledged) * from) / 100);
    const last = first + Math.floor(((nextSequence - 1 - first) * share) / 100);
    for (const range of this.#unacknowledged([first, last])) {
      accountOf(this.outbox, range, this.delivered, this.reported);
      this.outbox.acknowledge([range]);
    }
  }

  #unacknowledged(range: SequenceRange): readonly SequenceRange[] {
    return this.outbox.acknowledged.reduce<readonly SequenceRange[]>(subtractRange, [range]);
  }

  /** Everything that was committed is in the outbox, was delivered, or is counted; every count is reported or will be. */
  settle(): void {
    const observed = new Account();
    const waiting = new Account();
    for (const range of this.#unacknowledged([1, this.outbox.nextSequence - 1])) {
      accountOf(this.outbox, range, observed, waiting);
    }
    const found = new Account();
    for (const [name, count] of [...observed.entries, ...this.delivered.entries]) found.add(name, count);
    const { total, pending } = gapsOnFile(this.#dataDir);
    for (const [name, count] of total.entries) found.add(name.split(' ')[0] ?? '', count);
    expect(found.entries).toEqual(this.committed.entries);

    const told = new Account();
    for (const [name, count] of [...this.reported.entries, ...waiting.entries, ...pending.entries]) {
      told.add(name, count);
    }
    expect(told.entries).toEqual(total.entries);
  }
}

describe.each(OVERFLOW_POLICIES)('an outbox that at its bound decides to %s', (whenFull) => {
  it('holds, delivered or counted every observation that it took, by datastream, and stays within its bound', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 60 }), (steps) => {
        const directory = temporaryDirectory();
        const ledger = new Ledger(directory.path, whenFull);
        try {
          for (const each of steps) ledger.take(each);
          ledger.settle();
        } finally {
          ledger.outbox.abandon();
          directory.remove();
        }
      }),
      { seed: 4, numRuns: 15 },
    );
  }, 60_000);
});
