import {
  BATTERY,
  BATTERY_CHANNEL,
  computed,
  type DecentlabSensor,
  decodeDecentlab,
  METRES_OF_WATER_PER_BAR,
  type Words,
} from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

/** `kp` on the label of the device: steps a bar. */
const STEPS_PER_BAR = 8192;

function bar(words: Words): number {
  return (words(0) - 32_768) / STEPS_PER_BAR;
}

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 2,
    fields: [
      computed('pressure', 6, bar),
      computed('depth', 5, (words) => bar(words) * METRES_OF_WATER_PER_BAR),
      computed('waterTemperature', 2, (words) => (words(1) - 32_768) / 256),
    ],
  },
  BATTERY,
];

export const decentlabDlPr36: DeviceProfile = {
  id: 'decentlab-dl-pr36-8192',
  manufacturer: 'Decentlab',
  model: 'DL-PR36, kp 8192',
  cleared: true,
  channels: {
    pressure: { property: 'water-pressure', unit: 'bar' },
    depth: { property: 'water-depth', unit: 'm' },
    waterTemperature: { property: 'water-temperature', unit: 'Cel' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
