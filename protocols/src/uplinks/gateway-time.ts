import type { EpochMs } from '../observation/instant.ts';
import { gpsInstant } from './gps-time.ts';
import type { HeardFrame } from './lorawan.ts';

/** A clock that nobody has set says 1970 or the day its firmware was made. */
const PLAUSIBLE_FROM_MS = Date.UTC(2017, 0, 1);

/**
 * When a gateway heard a frame, by the best clock it had: GPS, else its own, where the time is plausible.
 * @param gpsMs milliseconds since the GPS epoch
 */
export function heardTime(gpsMs: number | undefined, clockMs: EpochMs | undefined): Pick<HeardFrame, 'heard'> {
  const gps = gpsMs === undefined ? undefined : gpsInstant(Math.floor(gpsMs));
  if (gps !== undefined && gps >= PLAUSIBLE_FROM_MS) return { heard: { ms: gps, source: 'gateway-gps' } };
  if (clockMs !== undefined && clockMs >= PLAUSIBLE_FROM_MS) return { heard: { ms: clockMs, source: 'gateway' } };
  return {};
}
