import { describe, expect, test } from 'vitest';
import { timeBounds } from './time-bounds.ts';

const FLOOR = 1_000_000;
const CLOCK = 2_000_000;
const IN_1970 = 1;

describe('what is known of the time', () => {
  test.each([
    ['a clock past the floor is believed', CLOCK, FLOOR, undefined, CLOCK, CLOCK],
    ['a clock past the floor that is synchronised is believed', CLOCK, FLOOR, true, CLOCK, CLOCK],
    ['a clock past the floor that is known to be free says nothing', CLOCK, FLOOR, false, FLOOR, undefined],
    ['a clock behind the floor says nothing', IN_1970, FLOOR, undefined, FLOOR, undefined],
    ['a clock behind the floor says nothing, synchronised or not', IN_1970, FLOOR, true, FLOOR, undefined],
    ['before the first enrolment no date counts', IN_1970, 0, undefined, 0, undefined],
    ['before the first enrolment no date counts, whatever the clock says', CLOCK, 0, undefined, 0, undefined],
    ['before the first enrolment a synchronised clock is believed', CLOCK, 0, true, CLOCK, CLOCK],
  ])('%s', (_, systemMs, floorMs, isSynchronised, earliestMs, latestMs) => {
    expect(timeBounds({ systemMs, floorMs, isSynchronised })).toEqual({ earliestMs, latestMs });
  });
});
