import { UNIT_SYMBOLS, type UnitCode } from '@meetbrug/protocols/properties';

/** What a server says of a node's unit (OPC UA Part 8, 5.6.3 EUInformation). */
export interface StatedUnit {
  /** UNECE Recommendation 20 code as a number, its characters in base 256; -1 when the server uses another system. */
  readonly unitId: number;
  readonly displayName: string;
}

/** UNECE Recommendation 20 codes of the units that a station measures in. */
const UNECE: Readonly<Partial<Record<UnitCode, string>>> = {
  Cel: 'CEL',
  K: 'KEL',
  '[degF]': 'FAH',
  '%': 'P1',
  m: 'MTR',
  cm: 'CMT',
  mm: 'MMT',
  'm/s': 'MTS',
  'km/h': 'KMH',
  deg: 'DD',
  'W/m2': 'D54',
  Pa: 'PAL',
  hPa: 'A97',
  mbar: 'MBR',
  kPa: 'KPA',
  bar: 'BAR',
  'm3/s': 'MQS',
  'L/s': 'G51',
  'mS/cm': 'H61',
  h: 'HUR',
  V: 'VLT',
  mV: '2Z',
  lx: 'LUX',
};

/** Whether a server's unit is the one that the configuration expects: by its code, or as people write it. */
export function isStatedUnit(expected: UnitCode, { unitId, displayName }: StatedUnit): boolean {
  if (unitId > 0 && uneceText(unitId) === UNECE[expected]) return true;
  const { nl, en } = UNIT_SYMBOLS[expected];
  return [expected, nl, en].includes(displayName.trim());
}

function uneceText(unitId: number): string {
  const bytes = [unitId >>> 24, (unitId >>> 16) & 255, (unitId >>> 8) & 255, unitId & 255];
  return String.fromCharCode(...bytes.filter((byte) => byte > 0));
}
