/** What is known of the present moment, epoch ms. */
export interface TimeBounds {
  readonly earliestMs: number;
  /** Undefined when the clock cannot say: a board without one may be years behind. */
  readonly latestMs: number | undefined;
}

export interface KnownTime {
  readonly systemMs: number;
  /** The latest time that the cloud is known to have passed; 0 before the first enrolment. */
  readonly floorMs: number;
  /** Whether the system clock is synchronised; undefined where nobody says. */
  readonly isSynchronised: boolean | undefined;
}

/**
 * Between which times a certificate must be valid. A clock behind the floor, or known not to be synchronised, says
 * nothing: then only what had ended before the floor is refused. Before the first enrolment there is no floor, and a clock
 * of which nobody says that it is right is not believed: then no date counts, this once.
 */
export function timeBounds({ systemMs, floorMs, isSynchronised }: KnownTime): TimeBounds {
  const isTrusted = systemMs >= floorMs && (isSynchronised ?? floorMs > 0);
  return isTrusted ? { earliestMs: systemMs, latestMs: systemMs } : { earliestMs: floorMs, latestMs: undefined };
}
