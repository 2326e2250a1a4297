import type { DeviceProfile } from '../device-profile.ts';
import { PEOPLE_COUNTER_CHANNELS, PEOPLE_COUNTER_FIELDS } from '../milesight-people-counter.ts';
import { decodeTlv } from '../milesight-tlv.ts';

/** Not cleared: the longest dwell time in a region is that of one person. */
export const milesightVs133: DeviceProfile = {
  id: 'milesight-vs133',
  manufacturer: 'Milesight',
  model: 'VS133',
  channels: PEOPLE_COUNTER_CHANNELS,
  decode: (payload, port) => decodeTlv(PEOPLE_COUNTER_FIELDS, payload, port),
};
