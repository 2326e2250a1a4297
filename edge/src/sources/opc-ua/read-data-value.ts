import { formatInstant } from '@meetbrug/protocols/observation';
import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import type { LostValueReason } from './station-messages.ts';

/** What a rule needs of a DataValue (OPC UA Part 4, 7.11). */
export interface ReportedValue {
  /** Number, boolean, a 64-bit integer as [high, low], or anything else that a node can hold. */
  readonly value: unknown;
  /** The value is a 32-bit float: its decimals beyond the seventh digit are noise. */
  readonly isSingle: boolean;
  /** Severity in the top two bits: 0 good, 1 uncertain, 2 bad (OPC UA Part 4, 7.39). */
  readonly statusCode: number;
  readonly sourceTime: Date | null;
  readonly serverTime: Date | null;
}

export type ReadValue =
  | {
      readonly kind: 'value';
      readonly value: number;
      readonly uncertain: boolean;
      readonly time: string;
      readonly timeSource: OpcUaMessage['timeSource'];
    }
  | { readonly kind: 'lost'; readonly reason: LostValueReason };

const SINGLE_DIGITS = 7;
const TWO_TO_32 = 2 ** 32;
const BAD = 2;
const UNCERTAIN = 1;

/** A value with its time and quality, or why there is none. A boolean is 1 or 0. */
export function readDataValue(reported: ReportedValue, receivedMs: number): ReadValue {
  const severity = reported.statusCode >>> 30;
  if (severity >= BAD) return { kind: 'lost', reason: 'bad-status' };
  const value = numberOf(reported);
  if (value === undefined) return { kind: 'lost', reason: 'no-number' };
  const source = milliseconds(reported.sourceTime);
  const server = milliseconds(reported.serverTime);
  const time = formatInstant(source ?? server ?? receivedMs);
  const timeSource = source !== undefined ? 'payload' : server !== undefined ? 'gateway' : 'edge';
  return { kind: 'value', value, uncertain: severity === UNCERTAIN, time, timeSource };
}

function numberOf({ value, isSingle }: ReportedValue): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && Number.isFinite(value)) {
    return isSingle ? Number(value.toPrecision(SINGLE_DIGITS)) : value;
  }
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [high, low] = value as readonly unknown[];
  if (typeof high !== 'number' || typeof low !== 'number') return undefined;
  const whole = (high | 0) * TWO_TO_32 + (low >>> 0);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

/** A server without a clock writes the year 1601, the zero of OPC UA. */
function milliseconds(time: Date | null): number | undefined {
  const ms = time?.getTime();
  return ms !== undefined && ms > 0 ? ms : undefined;
}
