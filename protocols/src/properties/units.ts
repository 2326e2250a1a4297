import { type Decimal, exactDecimal } from '../observation/decimal.ts';

interface Unit {
  /** Local name in `http://qudt.org/vocab/unit/` (QUDT 3.1). */
  readonly qudt: string;
  /** Units of one dimension convert into each other; the dimension is named after its base unit. */
  readonly base: string;
  /** value in the base unit = (value − shift) × numerator ÷ denominator × 10^exponent */
  readonly numerator: number;
  readonly denominator: number;
  readonly exponent: number;
  readonly shift: Decimal;
}

const ZERO = exactDecimal(0);

function unit(qudt: string, base: string, exponent = 0, numerator = 1, denominator = 1, shift = ZERO): Unit {
  return { qudt, base, exponent, numerator, denominator, shift };
}

/** The units that readings arrive in and properties are kept in, by UCUM code (case sensitive); `{…}` is a UCUM annotation. */
export const UNITS = {
  Cel: unit('DEG_C', 'Cel'),
  K: unit('K', 'Cel', 0, 1, 1, exactDecimal(27_315, 2)),
  '[degF]': unit('DEG_F', 'Cel', 0, 5, 9, exactDecimal(32)),
  '%': unit('PERCENT', '%'),
  '1': unit('UNITLESS', '%', 2),
  m: unit('M', 'm'),
  cm: unit('CentiM', 'm', -2),
  mm: unit('MilliM', 'm', -3),
  'm/s': unit('M-PER-SEC', 'm/s'),
  'km/h': unit('KiloM-PER-HR', 'm/s', 0, 5, 18),
  deg: unit('DEG', 'deg'),
  'W/m2': unit('W-PER-M2', 'W/m2'),
  Pa: unit('PA', 'Pa'),
  hPa: unit('HectoPA', 'Pa', 2),
  mbar: unit('MilliBAR', 'Pa', 2),
  kPa: unit('KiloPA', 'Pa', 3),
  bar: unit('BAR', 'Pa', 5),
  'm3/s': unit('M3-PER-SEC', 'm3/s'),
  'L/s': unit('L-PER-SEC', 'm3/s', -3),
  'mm/h': unit('MilliM-PER-HR', 'mm/h'),
  'uS/cm': unit('MicroS-PER-CentiM', 'uS/cm'),
  'mS/cm': unit('MilliS-PER-CentiM', 'uS/cm', 3),
  'dS/m': unit('DeciS-PER-M', 'uS/cm', 3),
  h: unit('HR', 'h'),
  V: unit('V', 'V'),
  mV: unit('MilliV', 'V', -3),
  dB: unit('DeciB', 'dB'),
  'dB[mW]': unit('DeciB_M', 'dB[mW]'),
  lx: unit('LUX', 'lx'),
  '{index}': unit('UNITLESS', '{index}'),
  '{count}': unit('NUM', '{count}'),
  '{level}': unit('UNITLESS', '{level}'),
} as const satisfies Record<string, Unit>;

export type UnitCode = keyof typeof UNITS;

export const UNIT_CODES = Object.keys(UNITS) as UnitCode[];

export function qudtUnitIri(code: UnitCode): string {
  return `http://qudt.org/vocab/unit/${UNITS[code].qudt}`;
}

/** Whether values in one unit can be said in the other: the units measure the same kind of thing. */
export function unitsFit(from: UnitCode, to: UnitCode): boolean {
  return UNITS[from].base === UNITS[to].base;
}
