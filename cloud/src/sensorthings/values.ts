import { type Decimal, decimalToNumber, formatDecimal, formatInstant } from '@meetbrug/protocols/observation';

/** When something was true: an instant, or a half-open interval. */
export class TimeValue {
  readonly beginMs: number;
  /** Undefined for an instant. */
  readonly endMs: number | undefined;

  constructor(beginMs: number, endMs?: number) {
    this.beginMs = beginMs;
    this.endMs = endMs;
  }
}

export class DurationValue {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }
}

/** A number that is written with exactly its decimals. */
export class ExactNumber {
  readonly decimal: Decimal;

  constructor(decimal: Decimal) {
    this.decimal = decimal;
  }
}

/** What a property of an entity is: JSON, or one of the classes above. */
export type PropertyValue = unknown;

/** As the standard writes it: RFC 3339 in UTC, an interval with a slash between. */
export function formatTime({ beginMs, endMs }: TimeValue): string {
  return endMs === undefined ? formatInstant(beginMs) : `${formatInstant(beginMs)}/${formatInstant(endMs)}`;
}

/** What expressions reckon with: exact numbers become doubles, which are equal whenever their 15 digits are. */
export function toOperand(value: PropertyValue): unknown {
  return value instanceof ExactNumber ? decimalToNumber(value.decimal) : (value ?? null);
}

/** JSON text; exact numbers keep their digits. A member that is undefined is left out. */
export function writeJson(value: PropertyValue): string {
  if (value instanceof ExactNumber) return formatDecimal(value.decimal);
  if (value instanceof TimeValue) return `"${formatTime(value)}"`;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${writeJson(member)}`);
  }
  return `{${members.join(',')}}`;
}
