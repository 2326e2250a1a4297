import { BATTERY_CHANNEL, computed, METRES_OF_WATER_PER_BAR, type Words } from './decentlab-frame.ts';

/** What every pressure probe gives: the pressure itself, and the depth of the water that makes it. */
export function pressureFields(bar: (words: Words) => number) {
  return [computed('pressure', 6, bar), computed('depth', 5, (words) => bar(words) * METRES_OF_WATER_PER_BAR)];
}

export const PRESSURE_CHANNELS = {
  pressure: { property: 'water-pressure', unit: 'bar' },
  depth: { property: 'water-depth', unit: 'm' },
  waterTemperature: { property: 'water-temperature', unit: 'Cel' },
  batteryVoltage: BATTERY_CHANNEL,
} as const;
