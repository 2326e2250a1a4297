import type { EpochMs } from '@meetbrug/protocols/observation';
import { type Cancel, MACHINE_SCHEDULER, type Scheduler } from '../scheduler.ts';
import { isNoRoom } from './no-room.ts';
import type { ResendQueue } from './resend-queue.ts';

const POLL_MS = 1_000;

export interface ResendingOptions {
  readonly resends: Pick<ResendQueue, 'poll'>;
  readonly nowMs: () => EpochMs;
  /** There is something new to send. */
  readonly notify: () => void;
  readonly failed: (error: unknown) => void;
  readonly scheduler?: Scheduler;
}

/** Looks for requests to send again, at once and then every second, for as long as the edge runs. Returns how to stop. */
export function startResending({ resends, nowMs, notify, failed, scheduler }: ResendingOptions): Cancel {
  const cancel = (scheduler ?? MACHINE_SCHEDULER).every(POLL_MS, poll);
  poll();
  return cancel;

  function poll(): void {
    try {
      if (resends.poll(nowMs())) notify();
    } catch (error) {
      if (isNoRoom(error)) return;
      failed(error);
    }
  }
}
