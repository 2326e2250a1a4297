import { expect, test, vi } from 'vitest';
import type { DayVerdict } from './day-verdict.ts';
import { createNotedDays } from './noted-days.ts';
import { createSensorDays } from './sensor-days.ts';

const YES: DayVerdict<boolean> = { kind: 'decided', value: true, inputs: [] };

test('the day of a sensor is computed once until its day is forgotten', () => {
  const days = createSensorDays();
  const compute = vi.fn(() => YES);
  for (const dayMs of [1, 1, 2]) expect(days.verdict(dayMs, 'a', compute)).toBe(YES);
  expect(compute).toHaveBeenCalledTimes(2);
  days.forgetDay(1);
  days.verdict(2, 'a', compute);
  expect(compute).toHaveBeenCalledTimes(2);
  days.verdict(1, 'a', compute);
  expect(compute).toHaveBeenCalledTimes(3);
});

test('what finds no room is computed again, until there is room', () => {
  const days = createSensorDays(2);
  const compute = vi.fn(() => YES);
  for (const name of ['a', 'b', 'c', 'c', 'a']) days.verdict(1, name, compute);
  expect(compute).toHaveBeenCalledTimes(4);
  days.forgetDay(1);
  for (const name of ['c', 'c']) days.verdict(1, name, compute);
  expect(compute).toHaveBeenCalledTimes(5);
});

test('a noted day is new once, again when it was computed, and when there was no room for it', () => {
  const noted = createNotedDays(2);
  const add = (datastream: number) => noted.add({ datastream, dayMs: 5 });
  expect([add(1), add(1), add(2)]).toEqual([true, false, true]);
  noted.delete({ datastream: 1, dayMs: 5 });
  expect([add(1), add(1)]).toEqual([true, false]);
  // Room for two: the third begins anew.
  expect([add(3), add(3), add(1)]).toEqual([true, false, true]);
});
