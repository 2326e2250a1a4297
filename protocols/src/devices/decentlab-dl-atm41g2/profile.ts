import {
  BATTERY,
  BATTERY_CHANNEL,
  type DecentlabSensor,
  decodeDecentlab,
  long,
  signed,
  unsigned,
} from '../decentlab-frame.ts';
import type { DeviceProfile } from '../device-profile.ts';

/** Lightning, vapour pressure, housing temperature, tilt and the conductivity of rain are in the other words. */
const SENSORS: readonly DecentlabSensor[] = [
  {
    words: 17,
    fields: [
      signed('globalRadiation', 0, 1),
      unsigned('rainDepth', 1, 3),
      signed('windSpeed', 4, 2),
      signed('windDirection', 5, 1),
      signed('windGust', 6, 2),
      signed('temperature', 7, 1),
      signed('pressure', 9, 2),
      signed('humidity', 10, 1),
      long('rainTotal', 15, 3),
    ],
  },
  BATTERY,
];

export const decentlabDlAtm41g2: DeviceProfile = {
  id: 'decentlab-dl-atm41g2',
  manufacturer: 'Decentlab',
  model: 'DL-ATM41G2',
  cleared: true,
  channels: {
    globalRadiation: { property: 'global-radiation', unit: 'W/m2' },
    /** Since the previous report. */
    rainDepth: { property: 'rain-depth', unit: 'mm', overInterval: true },
    rainTotal: { property: 'rain-counter', unit: 'mm' },
    windSpeed: { property: 'wind-speed', unit: 'm/s' },
    windDirection: { property: 'wind-direction', unit: 'deg' },
    windGust: { property: 'wind-gust', unit: 'm/s' },
    temperature: { property: 'air-temperature', unit: 'Cel' },
    humidity: { property: 'relative-humidity', unit: '%' },
    pressure: { property: 'station-pressure', unit: 'kPa' },
    batteryVoltage: BATTERY_CHANNEL,
  },
  decode: (payload, port) => decodeDecentlab(SENSORS, payload, port),
};
