import { compareDecimals, type Decimal, subtractDecimals } from '@meetbrug/protocols/observation';

/** The thresholds of one gauge, in the unit of its property. */
export interface AlertThresholds {
  readonly preAlarm: Decimal;
  /** At least `preAlarm`. */
  readonly alarm: Decimal;
  /** How far below a threshold the water must fall before its phase ends. */
  readonly hysteresis: Decimal;
}

/** 0 normal, 1 pre-alarm, 2 alarm. */
export type AlertLevel = 0 | 1 | 2;

/**
 * The phase after one more level. Up: at once, when a threshold is reached. Down: only when the level is lower than that
 * threshold by more than the hysteresis, so that waves around a threshold do not ring twice.
 * @param before the phase until now; undefined for the first level, which begins at 0
 */
export function nextAlertLevel(
  before: AlertLevel | undefined,
  level: Decimal,
  { preAlarm, alarm, hysteresis }: AlertThresholds,
): AlertLevel {
  const reached = (threshold: Decimal) => compareDecimals(level, threshold) >= 0;
  const held = (threshold: Decimal) => reached(subtractDecimals(threshold, hysteresis) ?? threshold);
  const up = phase(reached(preAlarm), reached(alarm));
  const hold = phase(held(preAlarm), held(alarm));
  return Math.max(up, Math.min(before ?? 0, hold)) as AlertLevel;
}

function phase(isPreAlarm: boolean, isAlarm: boolean): AlertLevel {
  if (isAlarm) return 2;
  return isPreAlarm ? 1 : 0;
}
