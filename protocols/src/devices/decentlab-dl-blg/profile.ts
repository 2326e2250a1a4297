import {
  BATTERY,
  BATTERY_CHANNEL,
  computed,
  type DecentlabSensor,
  decodeDecentlab,
  type Words,
} from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

const KELVIN = 273.15;

/** Steinhart-Hart coefficients of the thermistor in the globe, as the vendor publishes them. */
const THERMISTOR = { a: 0.0008271111, b: 0.000208802, c: 0.000000080592 };

/** Degrees; NaN where the bridge is open or shorted: there is then no resistance above zero. */
function globeTemperature(words: Words): number {
  const voltageRatio = ((words(0) + words(1) * 0x10000) / 0x800000 - 1) / 2;
  if (voltageRatio <= 0) return Number.NaN;
  const logOhms = Math.log(1000 / voltageRatio - 41_000);
  return 1 / (THERMISTOR.a + THERMISTOR.b * logOhms + THERMISTOR.c * logOhms ** 3) - KELVIN;
}

const SENSORS: readonly DecentlabSensor[] = [
  { words: 2, fields: [computed('globeTemperature', 2, globeTemperature)] },
  BATTERY,
];

export const decentlabDlBlg: DeviceProfile = {
  id: 'decentlab-dl-blg',
  manufacturer: 'Decentlab',
  model: 'DL-BLG',
  cleared: true,
  channels: {
    globeTemperature: { property: 'globe-temperature', unit: 'Cel' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
