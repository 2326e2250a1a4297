import { MOBILITY_SAMPLE, sampleMessage } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { seededRandom } from '../fleet/seeded-random.ts';

export const INTERVAL_SECONDS = 600;
const INTERVAL_MS = INTERVAL_SECONDS * 1_000;
const MINUTE_MS = 60_000;

/** One uplink of a people counter and when it reaches the edge. */
export interface CounterUplink {
  readonly observedMs: number;
  readonly people: { readonly in: number; readonly out: number };
  readonly message: RawMessage;
}

export interface PeopleCounterOptions {
  readonly seed: number;
  readonly startMs: number;
  readonly uplinkCount: number;
  /** Share of the uplinks that arrive hours late, in another order; the others take up to five minutes. */
  readonly lateShare: number;
}

/** A day of a people counter in a quiet street with some crowds, in the order in which the edge hears of it. */
export function peopleCounterDay({ seed, startMs, uplinkCount, lateShare }: PeopleCounterOptions): CounterUplink[] {
  const random = seededRandom(seed).unit;
  const people = () => Math.floor(random() ** 3 * (random() < 0.2 ? 90 : 12));
  const totals = { in: 1_000, out: 2_000 };
  const uplinks = Array.from({ length: uplinkCount }, (_, index): CounterUplink => {
    const counted = { in: people(), out: people() };
    totals.in += counted.in;
    totals.out += counted.out;
    const observedMs = startMs + (index + 1) * INTERVAL_MS + Math.floor(random() * 5_000);
    const delayMs = random() * (random() < lateShare ? 300 : 5) * MINUTE_MS;
    const words = [
      0x04,
      0xcc,
      ...littleEndian(totals.in, totals.out),
      0x05,
      0xcc,
      ...littleEndian(counted.in, counted.out),
    ];
    const message = sampleMessage(MOBILITY_SAMPLE, {
      fCnt: index + 1,
      time: new Date(observedMs).toISOString(),
      data: Buffer.from(words).toString('base64'),
    });
    return { observedMs, people: counted, message: { ...message, receivedMs: Math.floor(observedMs + delayMs) } };
  });
  return uplinks.sort((a, b) => a.message.receivedMs - b.message.receivedMs);
}

function littleEndian(...words: number[]): number[] {
  return words.flatMap((word) => [word & 0xff, (word >> 8) & 0xff]);
}
