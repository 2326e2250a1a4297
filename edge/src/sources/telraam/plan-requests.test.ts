import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, planRequests, REQUEST_SPAN_MAX_MS, telraamTime } from './plan-requests.ts';

const NOW_MS = Date.UTC(2026, 6, 14, 13, 20);
const REACH = { backfillDays: 7, repeatHours: 6 };

describe('planRequests', () => {
  it('begins with the days that the configuration asks for', () => {
    expect(planRequests(undefined, NOW_MS, REACH)).toEqual([
      { fromMs: Date.UTC(2026, 6, 7, 13), toMs: Date.UTC(2026, 6, 14, 13) },
    ]);
  });

  it('asks for nothing while a clock that was set back is behind what is committed', () => {
    expect(planRequests(NOW_MS + 24 * HOUR_MS, NOW_MS, REACH)).toEqual([]);
  });

  it('covers every hour since the last committed one, without a hole, in requests of at most three months', () => {
    const times = fc.record({ committedMs: fc.integer({ min: 0, max: NOW_MS }), repeatHours: fc.nat(168) });
    fc.assert(
      fc.property(times, ({ committedMs, repeatHours }) => {
        const spans = planRequests(committedMs, NOW_MS, { ...REACH, repeatHours });
        for (const [index, { fromMs, toMs }] of spans.entries()) {
          expect(toMs - fromMs).toBeLessThanOrEqual(REQUEST_SPAN_MAX_MS);
          expect(toMs).toBeGreaterThan(fromMs);
          if (index > 0) expect(fromMs).toBe(spans[index - 1]?.toMs);
        }
        const endMs = Math.floor(NOW_MS / HOUR_MS) * HOUR_MS;
        if (committedMs < endMs) {
          expect(spans[0]?.fromMs).toBeLessThanOrEqual(committedMs);
          expect(spans.at(-1)?.toMs).toBe(endMs);
        }
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  it('writes a time as Telraam does', () => {
    expect(telraamTime(Date.UTC(2026, 4, 9, 13))).toBe('2026-05-09 13:00:00Z');
  });
});
