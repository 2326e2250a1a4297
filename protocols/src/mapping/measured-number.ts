import { type Decimal, decimalFromNumber, parseDecimal } from '../observation/decimal.ts';
import { UNITS, type UnitCode } from '../properties/units.ts';

/** A number with the unit that its text names, where it names one that we know. */
export interface MeasuredNumber {
  readonly value: Decimal;
  readonly unit?: UnitCode;
}

/** A binary float that is no short decimal is noise behind this many digits: 32 bits hold 7, and 12 are below 64. */
const DIGITS_OF_NOISY_FLOAT = 12;

/**
 * A leading number, then nothing or a unit, which begins with a letter, `°` or `%`. What goes on otherwise is no number: a
 * date, a time, a plate, `3,5`, which is 3.5 here and 35 elsewhere.
 */
const NUMBER_WITH_UNIT =
  /^\s*[+]?(-?\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2}(?![\w.]))?)\s*((?![eE][+-]?\d)(?:[\p{L}°%][\p{L}\d°%/²³·^\u0020-]{0,23})?)\s*$/u;
const HEX = /^\s*[+-]?0x/i;
const TEXT_MAX = 64;

/** What devices write for "no value". */
const NO_VALUE = /^\s*(?:nan|null|none|unavailable|unknown)?\s*$/i;

/** Whether a value says that there is none: null, or a text such as `NaN` or `unavailable`. */
export function saysNoValue(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.length <= TEXT_MAX && NO_VALUE.test(value));
}

/** Whether a text is a number, with or without a unit behind it. */
export function isNumberText(text: string): boolean {
  return text.length <= TEXT_MAX && !HEX.test(text) && NUMBER_WITH_UNIT.test(text);
}

/**
 * A JSON value as a number: a number (the noise of a binary float cut), a text that begins with one (`"2025 mm"`), or a
 * flag as 1 and 0. Undefined for everything else, and for a number beyond 15 digits.
 */
export function measuredNumber(value: unknown): MeasuredNumber | undefined {
  if (typeof value === 'boolean') return { value: { mantissa: Number(value), scale: 0 } };
  if (typeof value === 'number') return numberOf(decimalOf(value));
  if (typeof value !== 'string' || !isNumberText(value)) return undefined;
  const [, digits = '', unit = ''] = NUMBER_WITH_UNIT.exec(value) ?? [];
  return numberOf(parseDecimal(digits) ?? decimalOf(Number(digits)), unit);
}

function numberOf(value: Decimal | undefined, unit = ''): MeasuredNumber | undefined {
  if (value === undefined) return undefined;
  return isUnit(unit) ? { value, unit } : { value };
}

function isUnit(text: string): text is UnitCode {
  return Object.hasOwn(UNITS, text);
}

function decimalOf(value: number): Decimal | undefined {
  const exact = decimalFromNumber(value);
  if (exact !== undefined || !Number.isFinite(value) || Math.abs(value) >= 1e15) return exact;
  const integerDigits = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + 1)));
  return parseDecimal(value.toFixed(Math.min(9, Math.max(0, DIGITS_OF_NOISY_FLOAT - integerDigits))));
}
