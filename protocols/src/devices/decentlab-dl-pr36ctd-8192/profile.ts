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
const STEPS_PER_MILLISIEMENS = 1024;
const STEPS_PER_DEGREE = 256;
const MIDDLE = 32_768;

function bar(words: Words): number {
  return (words(0) - MIDDLE) / STEPS_PER_BAR;
}

/** The second word is the temperature of the electronics. */
const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 4,
    fields: [
      computed('pressure', 6, bar),
      computed('depth', 5, (words) => bar(words) * METRES_OF_WATER_PER_BAR),
      computed('waterTemperature', 2, (words) => (words(2) - MIDDLE) / STEPS_PER_DEGREE),
      computed('conductivity', 6, (words) => (words(3) - MIDDLE) / STEPS_PER_MILLISIEMENS),
    ],
  },
  BATTERY,
];

export const decentlabDlPr36ctd: DeviceProfile = {
  id: 'decentlab-dl-pr36ctd-8192',
  manufacturer: 'Decentlab',
  model: 'DL-PR36CTD, kp 8192',
  cleared: true,
  channels: {
    pressure: { property: 'water-pressure', unit: 'bar' },
    depth: { property: 'water-depth', unit: 'm' },
    waterTemperature: { property: 'water-temperature', unit: 'Cel' },
    conductivity: { property: 'conductivity', unit: 'mS/cm' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
