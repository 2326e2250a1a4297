import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../harness/wait-for.ts';
import { waitWhileDisconnected } from '../edge-status.ts';
import type { Fault, Round } from '../fault.ts';
import type { LinkWeather } from '../link-proxy.ts';

const DISTURBED_MS = [100, 800] as const;
/** The weather before may have cut the line; a program that is killed at the same time takes longer. */
const CONNECTED_MS_MAX = 1_500;
const TOUCHED_MS_MAX = 1_500;

/** Bad weather on the line between edge and cloud for a while, and until something has met it. */
export function disturbedLink(weather: LinkWeather): Fault {
  return {
    name: `link-${weather.kind}`,
    tally: 'link',
    async apply({ stand, random }: Round) {
      const { link } = stand;
      const disturbedMs = random.between(...DISTURBED_MS);
      await waitWhileDisconnected(stand, CONNECTED_MS_MAX);
      const before = link.done[weather.kind];
      link.setWeather(weather);
      await delay(disturbedMs);
      const isTouched = () => (link.done[weather.kind] > before ? true : undefined);
      await waitFor(isTouched, TOUCHED_MS_MAX, () => 'untouched').catch(() => undefined);
      link.setWeather({ kind: 'clear' });
    },
  };
}
