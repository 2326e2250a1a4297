import type { Text } from './observed-property.ts';
import type { UnitCode } from './units.ts';

const same = (symbol: string): Text => ({ nl: symbol, en: symbol });

/** Units as people write them. A symbol is never a key: µ exists twice in Unicode. */
export const UNIT_SYMBOLS: Readonly<Record<UnitCode, Text>> = {
  Cel: same('°C'),
  K: same('K'),
  '[degF]': same('°F'),
  '%': same('%'),
  '1': { nl: 'verhouding', en: 'ratio' },
  m: same('m'),
  cm: same('cm'),
  mm: same('mm'),
  'm/s': same('m/s'),
  'km/h': { nl: 'km/u', en: 'km/h' },
  deg: same('°'),
  'W/m2': same('W/m²'),
  Pa: same('Pa'),
  hPa: same('hPa'),
  mbar: same('mbar'),
  kPa: same('kPa'),
  bar: same('bar'),
  'm3/s': same('m³/s'),
  'L/s': same('l/s'),
  'mm/h': { nl: 'mm/u', en: 'mm/h' },
  'uS/cm': same('µS/cm'),
  'mS/cm': same('mS/cm'),
  'dS/m': same('dS/m'),
  h: { nl: 'uur', en: 'h' },
  V: same('V'),
  mV: same('mV'),
  dB: same('dB'),
  'dB[mW]': same('dBm'),
  lx: same('lx'),
  '{index}': same('index'),
  '{count}': { nl: 'aantal', en: 'number' },
  '{level}': { nl: 'fase', en: 'level' },
};
