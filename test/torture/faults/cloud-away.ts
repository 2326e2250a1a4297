import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../harness/wait-for.ts';
import { isRefusing } from '../edge-status.ts';
import type { Fault, Round } from '../fault.ts';

export const AWAY_HOURS = 72;
/** More than the smallest outbox can hold. */
export const AWAY_UPLINKS = 6_000;
const HOUR_MS = 3_600_000;
const CLOCK_STEP_MS = 20;
const AWAY_TIMEOUT_MS = 180_000;

/**
 * The cloud is away for three days, which the fleet's messages and the edge's clock pass in seconds, and the outbox
 * reaches its bound. With `refuse` it fills and the senders keep the rest, with `thin-out` when nothing can be thinned any
 * more; else it takes everything and discards.
 */
export function cloudAway(whenFull: 'refuse' | 'drop-oldest' | 'thin-out'): Fault {
  return {
    name: `cloud-away-${whenFull}`,
    tally: 'disk',
    async apply({ stand, fleet }: Round) {
      const startedMs = Date.now();
      stand.link.setWeather({ kind: 'cut' });
      stand.clocks.edge.setTo(startedMs - AWAY_HOURS * HOUR_MS);
      let over = false;
      const clock = (async () => {
        while (!over) {
          stand.clocks.edge.setTo(Math.min(Date.now(), fleet.lastSentMs()));
          await delay(CLOCK_STEP_MS);
        }
      })();
      try {
        await waitFor(
          async () => {
            const isOver = fleet.lastSentMs() >= startedMs;
            return isOver || (whenFull !== 'drop-oldest' && (await isRefusing(stand))) ? true : undefined;
          },
          AWAY_TIMEOUT_MS,
          () => `the outbox did not come to its bound; the fleet is ${Date.now() - fleet.lastSentMs()} ms behind`,
        );
      } finally {
        over = true;
        await clock;
        stand.clocks.edge.setOffset(0);
        stand.link.setWeather({ kind: 'clear' });
      }
    },
  };
}
