import type { DeviceProfile } from './device-profile.ts';
import { draginoLdds75 } from './dragino-ldds75/profile.ts';
import { draginoLht65n } from './dragino-lht65n/profile.ts';
import { milesightEm300Th } from './milesight-em300-th/profile.ts';
import { milesightEm500Udl } from './milesight-em500-udl/profile.ts';
import { milesightVs350 } from './milesight-vs350/profile.ts';

export {
  type Channel,
  type CounterTraits,
  DECODE_FAULTS,
  type DecodedPayload,
  type DecodeFaultCode,
  type DeviceProfile,
  type Reading,
} from './device-profile.ts';

const PROFILES: readonly DeviceProfile[] = [
  milesightEm300Th,
  milesightEm500Udl,
  milesightVs350,
  draginoLht65n,
  draginoLdds75,
];

/** The built-in device profiles by id, which is the name of their folder. */
export const DEVICE_PROFILES: ReadonlyMap<string, DeviceProfile> = new Map(
  PROFILES.map((profile) => [profile.id, profile]),
);
