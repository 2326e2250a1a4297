import { type RunScheduleOptions, runSchedule } from './run-schedule.ts';

/** What the parent process asks for. */
export interface ScheduleRequest extends RunScheduleOptions {
  readonly seed: number;
}

/** A process of its own, so that it can run on the volatile disk and with a planted fault. Ends when its parent lets go. */
process.on('message', ({ seed, ...options }: ScheduleRequest) => {
  // A parent that has gone meanwhile hears nothing, and needs to hear nothing.
  process.send?.(runSchedule(seed, options), undefined, undefined, () => undefined);
});
process.on('disconnect', () => process.exit(0));
