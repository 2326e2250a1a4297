import { BATTERY, BATTERY_CHANNEL, type DecentlabSensor, decodeDecentlab, unsigned } from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 2,
    fields: [unsigned('distance', 0)],
    failure: (words) => (words(1) === 0 ? 'no valid sample' : undefined),
  },
  BATTERY,
];

export const decentlabDlMbx: DeviceProfile = {
  id: 'decentlab-dl-mbx',
  manufacturer: 'Decentlab',
  model: 'DL-MBX',
  cleared: true,
  channels: {
    distance: { property: 'water-distance', unit: 'mm' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
