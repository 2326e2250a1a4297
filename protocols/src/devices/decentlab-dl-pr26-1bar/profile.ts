import { BATTERY, computed, type DecentlabSensor, decodeDecentlab, type Words } from '../decentlab-frame.ts';
import { PRESSURE_CHANNELS, pressureFields } from '../decentlab-pressure.ts';
import type { DeviceProfile } from '../device-profile.ts';

/** The model with a range of 0 to 1 bar. */
const RANGE_BAR = 1;

function bar(words: Words): number {
  return ((words(0) - 16_384) / 32_768) * RANGE_BAR;
}

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 2,
    fields: [...pressureFields(bar), computed('waterTemperature', 2, (words) => (words(1) - 384) * 0.003125 - 50)],
  },
  BATTERY,
];

export const decentlabDlPr26: DeviceProfile = {
  id: 'decentlab-dl-pr26-1bar',
  manufacturer: 'Decentlab',
  model: 'DL-PR26, 0 to 1 bar',
  cleared: true,
  channels: PRESSURE_CHANNELS,
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
