import { describe, expect, it } from 'vitest';
import { ClockWatch } from './clock-watch.ts';

const START = Date.UTC(2026, 10, 24);
const HOUR = 3_600_000;

/** Lets a clock run for so long, a look each second. */
function run(watch: ClockWatch, fromMs: number, forMs: number) {
  let trust = watch.note(fromMs);
  for (let ms = fromMs; ms <= fromMs + forMs; ms += 1_000) trust = watch.note(ms);
  return trust;
}

describe('a clock', () => {
  it('at the start is believed about what the cloud has only', () => {
    expect(new ClockWatch().note(START)).toEqual({ forAcknowledged: true, forUnacknowledged: false });
  });

  it('is believed about everything after an hour', () => {
    const watch = new ClockWatch();
    expect(run(watch, START, HOUR - 2_000).forUnacknowledged).toBe(false);
    expect(run(watch, START + HOUR - 1_000, 2_000)).toEqual({ forAcknowledged: true, forUnacknowledged: true });
  });

  it.each([
    ['ahead by years', START + 2 * HOUR + 73 * 365 * 24 * HOUR],
    ['back to 1970', 0],
    ['back by a second', START + 2 * HOUR - 1_000],
    ['ahead by an hour', START + 3 * HOUR],
  ])('that was set %s is believed about nothing for an hour', (_, setTo) => {
    const watch = new ClockWatch();
    expect(run(watch, START, 2 * HOUR).forUnacknowledged).toBe(true);
    expect(watch.note(setTo)).toEqual({ forAcknowledged: false, forUnacknowledged: false });
    expect(run(watch, setTo, HOUR - 1_000).forAcknowledged).toBe(false);
    expect(run(watch, setTo + HOUR, 1_000)).toEqual({ forAcknowledged: true, forUnacknowledged: true });
  });
});
