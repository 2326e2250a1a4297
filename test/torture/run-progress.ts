export interface Progress {
  /** One more is done: how many of how many, at what rate, and how long the rest takes at that rate. */
  step(): string;
}

/** @param monotonicMs milliseconds that only rise */
export function createProgress(total: number, monotonicMs: () => number): Progress {
  const startedMs = monotonicMs();
  let done = 0;
  return {
    step() {
      done += 1;
      const elapsedMinutes = Math.max(monotonicMs() - startedMs, 1) / 60_000;
      const perMinute = done / elapsedMinutes;
      return `${done}/${total}, ${perMinute.toFixed(0)} a minute, ${((total - done) / perMinute).toFixed(0)} minutes left`;
    },
  };
}
