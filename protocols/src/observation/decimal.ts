/**
 * Decimal values from the sensor to the feed, never binary floats.
 *
 * A decimal is `mantissa × 10^-scale` in canonical form: no trailing zero in the mantissa unless the scale is 0, so that
 * two equal values are the same two numbers. The mantissa holds at most 15 digits, the most that a double keeps exactly
 * (DBL_DIG), so a reader who parses the text as a double and prints it again sees the same text.
 */
export interface Decimal {
  readonly mantissa: number;
  readonly scale: number;
}

const MANTISSA_MAX = 999_999_999_999_999;
export const DECIMAL_SCALE_MAX = 9;
const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const DECIMAL_TEXT = /^(-?)(\d{1,15})(?:\.(\d{1,15}))?(?:[eE]([+-]?\d{1,2}))?$/;

function powerOfTen(exponent: number): number {
  return POWERS[exponent] ?? 10 ** exponent;
}

/** `mantissa × 10^-scale` in canonical form; undefined when it does not fit 15 digits and 9 decimals exactly. */
export function decimal(mantissa: number, scale = 0): Decimal | undefined {
  let m = mantissa;
  let s = scale;
  while (s > 0 && m % 10 === 0) {
    m /= 10;
    s -= 1;
  }
  while (s < 0) {
    m *= 10;
    s += 1;
  }
  if (!Number.isInteger(m) || Math.abs(m) > MANTISSA_MAX || s > DECIMAL_SCALE_MAX) return undefined;
  return { mantissa: m === 0 ? 0 : m, scale: s };
}

/** A decimal that the caller knows to fit: device tables and constants. Throws on a programming error. */
export function exactDecimal(mantissa: number, scale = 0): Decimal {
  const value = decimal(mantissa, scale);
  if (value === undefined) throw new RangeError(`${mantissa}e-${scale} is no 15-digit decimal`);
  return value;
}

/** Reads `-12.50` or `1.2e-3`; undefined for anything that is no decimal of at most 15 digits and 9 decimals. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  const digits = `${match[2]}${fraction}`.replace(/^0+(?=\d)/, '');
  const trimmed = digits.replace(/0+$/, '');
  const dropped = digits.length - trimmed.length;
  if (trimmed.length > 15) return undefined;
  const scale = fraction.length - dropped - Number(match[4] ?? 0);
  return decimal(Number(`${match[1]}${trimmed || '0'}`), trimmed === '' ? 0 : scale);
}

/** The decimal that a JSON number stands for: its shortest text, so `31.3` is 31.3 and not 31.300000000000000711. */
export function decimalFromNumber(value: number): Decimal | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value)) return decimal(value);
  return parseDecimal(String(value));
}

/** Canonical text, a valid `xsd:decimal`: no exponent, no trailing zero, no negative zero. */
export function formatDecimal({ mantissa, scale }: Decimal): string {
  if (scale === 0) return String(mantissa);
  const sign = mantissa < 0 ? '-' : '';
  const digits = String(Math.abs(mantissa)).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The nearest double, for plots and aggregates that are not published as values. */
export function decimalToNumber({ mantissa, scale }: Decimal): number {
  return mantissa / powerOfTen(scale);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal | undefined {
  const scale = Math.max(a.scale, b.scale);
  return decimal(a.mantissa * powerOfTen(scale - a.scale) + b.mantissa * powerOfTen(scale - b.scale), scale);
}

export function negateDecimal({ mantissa, scale }: Decimal): Decimal {
  return { mantissa: mantissa === 0 ? 0 : -mantissa, scale };
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal | undefined {
  return addDecimals(a, negateDecimal(b));
}

/** Exact product; undefined when it needs more than 15 digits or 9 decimals. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal | undefined {
  const mantissa = a.mantissa * b.mantissa;
  return Number.isSafeInteger(mantissa) ? decimal(mantissa, a.scale + b.scale) : undefined;
}

/** Negative, zero or positive, as a comparator. Exact while both values share a scale that fits a safe integer. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  return a.mantissa * powerOfTen(scale - a.scale) - b.mantissa * powerOfTen(scale - b.scale);
}

export function equalDecimals(a: Decimal, b: Decimal): boolean {
  return a.mantissa === b.mantissa && a.scale === b.scale;
}

/**
 * Rounds half-even (IEEE 754-2019 clause 4.3.1) to a multiple of `resolution`, which must be positive.
 * Undefined when the value at the resolution's scale does not fit a safe integer.
 */
export function roundHalfEven(value: Decimal, resolution: Decimal): Decimal | undefined {
  const scale = Math.max(value.scale, resolution.scale);
  const amount = value.mantissa * powerOfTen(scale - value.scale);
  const step = resolution.mantissa * powerOfTen(scale - resolution.scale);
  if (!Number.isSafeInteger(amount) || !Number.isSafeInteger(step)) return undefined;
  const rest = ((amount % step) + step) % step;
  if (rest === 0) return value;
  const floor = (amount - rest) / step;
  const up = rest * 2 > step || (rest * 2 === step && floor % 2 !== 0);
  return decimal((up ? floor + 1 : floor) * step, scale);
}
