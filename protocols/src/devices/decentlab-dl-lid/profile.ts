import { BATTERY, BATTERY_CHANNEL, type DecentlabSensor, decodeDecentlab, unsigned } from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

/** The median: one wave or one leaf among the samples does not move it. The other statistics stand around it. */
const MEDIAN = 3;
const NUMBER_OF_SAMPLES = 9;

const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 11,
    fields: [unsigned('distance', MEDIAN)],
    failure: (words) => (words(NUMBER_OF_SAMPLES) === 0 ? 'no sample' : undefined),
  },
  BATTERY,
];

export const decentlabDlLid: DeviceProfile = {
  id: 'decentlab-dl-lid',
  manufacturer: 'Decentlab',
  model: 'DL-LID',
  cleared: true,
  channels: {
    distance: { property: 'water-distance', unit: 'mm' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
