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

/** The model with a range of 0 to 1 bar. */
const RANGE_BAR = 1;

function bar(words: Words): number {
  return ((words(0) - 16_384) / 32_768) * RANGE_BAR;
}

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 2,
    fields: [
      computed('pressure', 6, bar),
      computed('depth', 5, (words) => bar(words) * METRES_OF_WATER_PER_BAR),
      computed('waterTemperature', 2, (words) => (words(1) - 384) * 0.003125 - 50),
    ],
  },
  BATTERY,
];

export const decentlabDlPr26: DeviceProfile = {
  id: 'decentlab-dl-pr26-1bar',
  manufacturer: 'Decentlab',
  model: 'DL-PR26, 0 to 1 bar',
  cleared: true,
  channels: {
    pressure: { property: 'water-pressure', unit: 'bar' },
    depth: { property: 'water-depth', unit: 'm' },
    waterTemperature: { property: 'water-temperature', unit: 'Cel' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
