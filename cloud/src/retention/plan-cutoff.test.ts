import { expect, test } from 'vitest';
import { planCutoff } from './plan-cutoff.ts';

const DAY_MS = 86_400_000;
const LAST_MS = 1_000 * DAY_MS;
const none = Number.NEGATIVE_INFINITY;
const ago = (days: number) => LAST_MS - days * DAY_MS;

test.each([
  ['by age, where the views show no more', { days: 30 }, ago(20), undefined, ago(30), false],
  ['not while a view shows it', { days: 30 }, ago(40), undefined, ago(40), false],
  ['not at all while a view shows everything', { days: 30 }, none, undefined, none, false],
  ['by age alone without views', { days: 30 }, Number.POSITIVE_INFINITY, undefined, ago(30), false],
  ['for room', { bytes: 1 }, ago(5), ago(9), ago(9), false],
  ['for room before its age, when both are limits', { bytes: 1, days: 30 }, ago(5), ago(9), ago(9), false],
  ['for room as far as the views allow, which is said', { bytes: 1 }, ago(20), ago(9), ago(20), true],
  ['not for room while all fits', { bytes: 1 }, ago(20), undefined, none, false],
  ['never all to come', { bytes: 1 }, Number.POSITIVE_INFINITY, LAST_MS + 5, LAST_MS, true],
])('members leave %s', (_, policy, keptFromMs, excessUntilMs, cutoffMs, isHeld) => {
  expect(planCutoff({ policy, lastStampMs: LAST_MS, keptFromMs, excessUntilMs })).toEqual({ cutoffMs, isHeld });
});
