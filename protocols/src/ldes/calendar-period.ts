import { type EpochMs, INSTANT_MAX_MS } from '../observation/instant.ts';

/** A half-open time in UTC. */
export interface Period {
  readonly fromMs: EpochMs;
  /** Exclusive. */
  readonly untilMs: EpochMs;
}

/** Year, month, day and hour of an instant in UTC, as they stand in paths: `2026`, `11`, `24`, `13`. */
export function calendarSegments(ms: EpochMs): [year: string, month: string, day: string, hour: string] {
  const text = new Date(ms).toISOString();
  return [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10), text.slice(11, 13)];
}

/** The time that one to four such segments name; undefined when there is none, or for another spelling of it. */
export function calendarPeriod(segments: readonly string[]): Period | undefined {
  const [year = 0, month = 1, day = 1, hour = 0] = segments.map(Number);
  const fromMs = Date.UTC(year, month - 1, day, hour);
  if (segments.length < 1 || segments.length > 4 || !(fromMs >= 0 && fromMs <= INSTANT_MAX_MS)) return undefined;
  const spelling = calendarSegments(fromMs);
  if (segments.some((segment, level) => segment !== spelling[level])) return undefined;
  const next = [year, month, day, hour].map((part, level) => (level === segments.length - 1 ? part + 1 : part));
  const [nextYear = 0, nextMonth = 1, nextDay = 1, nextHour = 0] = next;
  return { fromMs, untilMs: Date.UTC(nextYear, nextMonth - 1, nextDay, nextHour) };
}
