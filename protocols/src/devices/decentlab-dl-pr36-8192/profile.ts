import { BATTERY, computed, type DecentlabSensor, decodeDecentlab, type Words } from '../decentlab-frame.ts';
import { PRESSURE_CHANNELS, pressureFields } from '../decentlab-pressure.ts';
import type { DeviceProfile } from '../device-profile.ts';

/** `kp` on the label of the device: steps a bar. */
const STEPS_PER_BAR = 8192;

function bar(words: Words): number {
  return (words(0) - 32_768) / STEPS_PER_BAR;
}

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 2,
    fields: [...pressureFields(bar), computed('waterTemperature', 2, (words) => (words(1) - 32_768) / 256)],
  },
  BATTERY,
];

export const decentlabDlPr36: DeviceProfile = {
  id: 'decentlab-dl-pr36-8192',
  manufacturer: 'Decentlab',
  model: 'DL-PR36, kp 8192',
  cleared: true,
  channels: PRESSURE_CHANNELS,
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
