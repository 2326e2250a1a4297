/** Takes back what was scheduled; harmless when it has run or was taken back already. */
export type Cancel = () => void;

/** When things run later. Passed in, so that time can be simulated. */
export interface Scheduler {
  /** After the input and output of this turn of the event loop. */
  immediate(run: () => void): void;
  /** Once, after so many milliseconds. */
  after(ms: number, run: () => void): Cancel;
  /** Again and again, so many milliseconds apart. */
  every(ms: number, run: () => void): Cancel;
}

/** Real time. */
export const MACHINE_SCHEDULER: Scheduler = {
  immediate(run) {
    setImmediate(run);
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};
