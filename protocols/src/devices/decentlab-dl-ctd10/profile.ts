import {
  BATTERY,
  BATTERY_CHANNEL,
  type DecentlabSensor,
  decodeDecentlab,
  signed,
  unsigned,
} from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

const FREEZING_FLAG = 3;

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 4,
    fields: [signed('depth', 0), signed('waterTemperature', 1, 1), unsigned('conductivity', 2)],
    /** Ice presses on the membrane: the depth can no longer be trusted. */
    doubtful: (words) => (words(FREEZING_FLAG) === 0 ? [] : ['depth']),
  },
  BATTERY,
];

export const decentlabDlCtd10: DeviceProfile = {
  id: 'decentlab-dl-ctd10',
  manufacturer: 'Decentlab',
  model: 'DL-CTD10',
  cleared: true,
  channels: {
    depth: { property: 'water-depth', unit: 'mm' },
    waterTemperature: { property: 'water-temperature', unit: 'Cel' },
    conductivity: { property: 'conductivity', unit: 'uS/cm' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
