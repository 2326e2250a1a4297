import { z } from 'zod';
import { addDecimals, decimalFromNumber, decimalToNumber } from '../observation/decimal.ts';
import { type EpochMs, INSTANT_MAX_MS, INSTANT_MIN_MS } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import type { UplinkFaultCode } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';

/** RFC 8428 section 4.4: the version that the document describes. */
const VERSION_MAX = 10;
/** RFC 8428 section 4.5.3: a smaller time counts from now. */
const ABSOLUTE_FROM_S = 2 ** 28;
export const SENML_RECORDS_MAX = 2000;

const nameSchema = z.string().max(256);

const recordSchema = z.looseObject({
  bn: nameSchema.optional(),
  bt: z.number().optional(),
  bu: nameSchema.optional(),
  bv: z.number().optional(),
  bs: z.number().optional(),
  bver: z.int().min(1).max(VERSION_MAX).optional(),
  n: nameSchema.optional(),
  u: nameSchema.optional(),
  v: z.number().optional(),
  vb: z.boolean().optional(),
  vs: z.string().optional(),
  vd: z.string().optional(),
  s: z.number().optional(),
  t: z.number().optional(),
});
const packSchema = z.array(recordSchema).max(SENML_RECORDS_MAX);
type WireRecord = z.infer<typeof recordSchema>;
type Base = Pick<WireRecord, 'bt' | 'bu' | 'bv' | 'bs'> & { bn: string };

/** One record with its base values applied; the name stays in its two parts. */
export interface SenmlRecord {
  readonly baseName: string;
  readonly name: string;
  readonly unit?: string;
  readonly value?: number | boolean | string;
  readonly sum?: number;
  /** Unix seconds, or seconds from now where smaller than 2^28. */
  readonly seconds: number;
}

/**
 * Resolves a SenML pack in its JSON form (RFC 8428 sections 4 and 5): base values hold until they change, `bu` stands in
 * for a missing unit, numbers and sums and times are added to their bases. Refused: a version that is not known, a field
 * whose name ends in `_` (it must be understood, section 4.4), more than {@link SENML_RECORDS_MAX} records. Data values
 * (`vd`) are no observations and are left out, and so are records without a value or a sum.
 */
export function resolveSenml(json: unknown): Result<readonly SenmlRecord[], Fault<UplinkFaultCode>> {
  const pack = packSchema.safeParse(json);
  if (!pack.success) return notThisFormat(pack.error);
  const records: SenmlRecord[] = [];
  let base: Base = { bn: '' };
  for (const record of pack.data) {
    if (Object.keys(record).some((name) => name.endsWith('_'))) {
      return fail('not-this-format', 'a field that must be understood is not');
    }
    base = nextBase(base, record);
    const resolved = resolve(base, record);
    if (resolved.value !== undefined || resolved.sum !== undefined) records.push(resolved);
  }
  return ok(records);
}

function nextBase(base: Base, { bn, bt, bu, bv, bs }: WireRecord): Base {
  return { bn: bn ?? base.bn, bt: bt ?? base.bt, bu: bu ?? base.bu, bv: bv ?? base.bv, bs: bs ?? base.bs };
}

function resolve(base: Base, record: WireRecord): SenmlRecord {
  const { n = '', u, v, vb, vs, s, t = 0 } = record;
  const unit = u ?? base.bu;
  const value = v === undefined ? (vb ?? vs) : exactSum(base.bv, v);
  return {
    baseName: base.bn,
    name: n,
    ...(unit === undefined || unit === '' ? {} : { unit }),
    ...(value === undefined ? {} : { value }),
    ...(s === undefined ? {} : { sum: exactSum(base.bs, s) }),
    seconds: (base.bt ?? 0) + t,
  };
}

/** The sum of what the two numbers say as decimals: 0.1 and 0.2 are 0.3. */
function exactSum(base: number | undefined, value: number): number {
  if (base === undefined || base === 0) return value;
  const a = decimalFromNumber(base);
  const b = decimalFromNumber(value);
  const sum = a && b && addDecimals(a, b);
  return sum === undefined ? base + value : decimalToNumber(sum);
}

/** The instant that a record's seconds mean to somebody who got it at `receivedMs`; undefined outside the years that have one. */
export function senmlInstant(seconds: number, receivedMs: EpochMs): EpochMs | undefined {
  // Seconds as doubles carry a quarter of a microsecond of noise, which must not cut a millisecond off.
  const offsetMs = Math.floor(Math.round(seconds * 1e6) / 1e3);
  const ms = isAbsolute(seconds) ? offsetMs : receivedMs + offsetMs;
  return Number.isSafeInteger(ms) && ms >= INSTANT_MIN_MS && ms <= INSTANT_MAX_MS ? ms : undefined;
}

export function isAbsolute(seconds: number): boolean {
  return seconds >= ABSOLUTE_FROM_S;
}
