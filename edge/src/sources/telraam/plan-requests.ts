import type { EpochMs } from '@meetbrug/protocols/observation';

export const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Telraam gives at most three months at a time. */
export const REQUEST_SPAN_MAX_MS = 89 * DAY_MS;

/** What is asked for at once: whole hours. */
export interface TelraamSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

export interface TelraamReach {
  readonly backfillDays: number;
  readonly repeatHours: number;
}

/**
 * The spans to ask for, oldest first: from the last committed hour, some hours before it again, to the hour that has just
 * ended. Nothing is left out however long the edge was away, and what comes twice is recognised by the intake.
 * @param committedToMs end of what is durable; undefined when nothing is
 */
export function planRequests(
  committedToMs: EpochMs | undefined,
  nowMs: EpochMs,
  { backfillDays, repeatHours }: TelraamReach,
): TelraamSpan[] {
  const endMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const wantedMs = committedToMs === undefined ? endMs - backfillDays * DAY_MS : committedToMs - repeatHours * HOUR_MS;
  const spans: TelraamSpan[] = [];
  // A clock that was set back gives a begin in the future: nothing is asked until it is past.
  for (let fromMs = Math.floor(wantedMs / HOUR_MS) * HOUR_MS; fromMs < endMs; fromMs += REQUEST_SPAN_MAX_MS) {
    spans.push({ fromMs, toMs: Math.min(fromMs + REQUEST_SPAN_MAX_MS, endMs) });
  }
  return spans;
}

/** Telraam writes a time with a blank: `2026-05-09 13:00:00Z`. */
export function telraamTime(ms: EpochMs): string {
  return new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}
