import { exactDecimal } from '../../observation/decimal.ts';
import { BATTERY, BATTERY_CHANNEL, computed, type DecentlabSensor, decodeDecentlab } from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

const FULL_SCALE = 65_535;

/** Both words run over the whole range of the sensor: -45 to 130 degrees, 0 to 100 %. */
const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 2,
    fields: [
      computed('temperature', 2, (words) => (175 * words(0)) / FULL_SCALE - 45),
      computed('humidity', 2, (words) => (100 * words(1)) / FULL_SCALE),
    ],
  },
  BATTERY,
];

const hundredth = exactDecimal(1, 2);

export const decentlabDlSht35: DeviceProfile = {
  id: 'decentlab-dl-sht35',
  manufacturer: 'Decentlab',
  model: 'DL-SHT35',
  cleared: true,
  channels: {
    temperature: { property: 'air-temperature', unit: 'Cel', resolution: hundredth },
    humidity: { property: 'relative-humidity', unit: '%' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
