import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATASTREAMS, type LabObservation, START_MS, STREAM } from '../views/lab-batches.ts';
import { ViewInvariants } from '../views/view-invariants.ts';
import { type Delivered, ORGANISATIONS, RetentionLab } from './retention-lab.ts';
import { checkDoors } from './retention-model.ts';

const HOUR_MS = 3_600_000;

/** Something that happens to a cloud. */
type Event =
  | { readonly kind: 'append'; readonly organisation: number; readonly observations: readonly Appended[] }
  | { readonly kind: 'pass'; readonly hours: number }
  /** Two months of a month's pace go by. */
  | { readonly kind: 'age'; readonly organisation: number; readonly observations: readonly Appended[] }
  | { readonly kind: 'retain' | 'cold' | 'restart' | 'redeliver' };

interface Appended {
  readonly datastream: number;
  /** Before the moment of the commit; what is drawn twice is a correction or a duplicate. */
  readonly hoursBack: number;
  readonly value: number;
}

const appended: fc.Arbitrary<Appended> = fc.record({
  datastream: fc.nat({ max: DATASTREAMS.length - 1 }),
  hoursBack: fc.oneof(
    { weight: 12, arbitrary: fc.nat({ max: 5 }) },
    { weight: 3, arbitrary: fc.nat({ max: 900 }) },
    { weight: 2, arbitrary: fc.constantFrom(600, 1_200, 2_400) },
    // A clock that is ahead.
    { weight: 1, arbitrary: fc.constant(-900) },
  ),
  value: fc.integer({ min: 10, max: 13 }),
});
const append = fc.record({
  kind: fc.constant('append' as const),
  organisation: fc.nat({ max: ORGANISATIONS.length - 1 }),
  observations: fc.array(appended, { minLength: 1, maxLength: 8 }),
});
const pass = fc.record({ kind: fc.constant('pass' as const), hours: fc.constantFrom(1, 24, 24 * 10, 24 * 30) });
const only = (kind: 'retain' | 'cold' | 'restart' | 'redeliver') => fc.constant({ kind } as const);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: append },
  { weight: 4, arbitrary: append.map((what) => ({ ...what, kind: 'age' as const })) },
  { weight: 4, arbitrary: pass },
  { weight: 3, arbitrary: only('retain') },
  { weight: 2, arbitrary: only('cold') },
  { weight: 1, arbitrary: only('restart') },
  { weight: 1, arbitrary: only('redeliver') },
);

class Story {
  readonly lab = new RetentionLab(START_MS);
  readonly invariants = new ViewInvariants();
  readonly delivered: Delivered[] = [];
  expired = 0;

  async happen(what: Event): Promise<void> {
    if (what.kind === 'append') this.append(ORGANISATIONS[what.organisation] as string, what.observations);
    else if (what.kind === 'age') await this.age(ORGANISATIONS[what.organisation] as string, what.observations);
    else if (what.kind === 'pass') this.lab.nowMs += what.hours * HOUR_MS;
    else if (what.kind === 'retain') this.lab.retain();
    else if (what.kind === 'cold') await this.lab.runColdTier();
    else if (what.kind === 'restart') this.lab.restart();
    else this.redeliver();
  }

  async age(organisation: string, drawn: readonly Appended[]): Promise<void> {
    for (let month = 0; month < 2; month++) {
      this.append(organisation, drawn);
      this.lab.nowMs += 31 * 24 * HOUR_MS;
      this.append(organisation, drawn);
      await this.lab.runColdTier();
      this.lab.retain();
    }
  }

  append(organisation: string, drawn: readonly Appended[]): void {
    const { nowMs } = this.lab;
    const observations = drawn.map(({ datastream, hoursBack, value }): LabObservation => {
      const beginMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - hoursBack * HOUR_MS;
      return { datastream, beginMs, value };
    });
    const delivery = { organisation, sequence: this.delivered.length + 1, observations };
    this.delivered.push(delivery);
    const { committed, duplicates, superseded, expired, quarantined } = this.lab.deliver(delivery);
    const refused = Object.values(quarantined).reduce((sum, count) => sum + count, 0);
    expect(committed + duplicates + superseded + expired + refused).toBe(observations.length);
    this.expired += expired;
  }

  /** All that was ever delivered comes again, in its order. */
  redeliver(): void {
    const before = this.lab.published.length;
    for (const delivery of this.delivered) this.expired += this.lab.deliver(delivery).expired;
    expect(this.lab.published.length, 'nothing comes back').toBe(before);
  }
}

test('what is promised is there once, what has expired is behind no door, and nothing comes back', {
  timeout: 300_000,
}, async () => {
  const seen = { kept: 0, expired: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 6, maxLength: 14 }), async (events) => {
      const story = new Story();
      try {
        for (const what of events) await story.happen(what);
        story.lab.retain();
        await story.lab.runColdTier();
        await checkDoors(story.lab);
        story.redeliver();
        story.invariants.check(story.lab.views, STREAM);
        const checked = await checkDoors(story.lab);
        seen.kept += checked.kept;
        seen.expired += checked.expired;
        seen.refused += story.expired;
      } finally {
        story.lab.views.remove();
      }
    }),
    { seed: 61, numRuns: 40 },
  );
  expect(seen.kept).toBeGreaterThan(100);
  expect(seen.expired).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(100);
});
