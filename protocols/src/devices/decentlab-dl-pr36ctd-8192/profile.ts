import { BATTERY, computed, type DecentlabSensor, decodeDecentlab, type Words } from '../decentlab-frame.ts';
import { PRESSURE_CHANNELS, pressureFields } from '../decentlab-pressure.ts';
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
      ...pressureFields(bar),
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
  channels: { ...PRESSURE_CHANNELS, conductivity: { property: 'conductivity', unit: 'mS/cm' } },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
