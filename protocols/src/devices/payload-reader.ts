import { type Decimal, decimal } from '../observation/decimal.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { QualityFlag } from '../observation/quality.ts';
import { type Fault, ok, type Result } from '../result/mod.ts';
import type { DecodedPayload, DecodeFaultCode, Reading } from './device-profile.ts';

export type Decoded = Result<DecodedPayload, Fault<DecodeFaultCode>>;

/** No device of the profiles here is older: an earlier time means that its clock has not been set. */
const DEVICE_CLOCK_SET_FROM_S = Date.UTC(2015, 0, 1) / 1000;

/** The instant that a device's clock shows in unix seconds; undefined while that clock has not been set. */
export function deviceInstant(unixSeconds: number): EpochMs | undefined {
  return unixSeconds < DEVICE_CLOCK_SET_FROM_S ? undefined : unixSeconds * 1000;
}

/** Why a stored measurement has no reading. */
export const CLOCK_NOT_SET = 'stored while the clock of the device was not set';

/**
 * The decimal nearest to a binary float of a device, at `decimals` digits behind the point.
 * @returns undefined for what is no number (NaN, infinities) and for what no sensor measures
 */
export function decimalOfFloat(value: number, decimals: number): Decimal | undefined {
  return Number.isFinite(value) ? decimal(Math.round(value * 10 ** decimals), decimals) : undefined;
}

/** Collects what one payload says while a codec walks over its fields. */
export class PayloadReadings {
  readonly #readings: Reading[] = [];
  readonly #missing: { readonly channel: string; readonly reason: string }[] = [];
  readonly #flags = new Map<string, QualityFlag>();
  #atMs: EpochMs | undefined;

  add(reading: Reading): void {
    this.#readings.push(reading);
  }

  miss(channel: string, reason: string): void {
    this.#missing.push({ channel, reason });
  }

  /** States what is known against every reading of a channel in this payload. */
  flag(channel: string, flag: QualityFlag): void {
    this.#flags.set(channel, flag);
  }

  /** States when the readings that have no time of their own were made; an unset device clock states nothing. */
  measuredAt(atMs: EpochMs | undefined): void {
    this.#atMs = atMs;
  }

  decoded(): Decoded {
    if (this.#atMs === undefined && this.#flags.size === 0) {
      return ok({ readings: this.#readings, missing: this.#missing });
    }
    return ok({ readings: this.#readings.map((reading) => this.#complete(reading)), missing: this.#missing });
  }

  #complete(reading: Reading): Reading {
    const atMs = reading.atMs ?? this.#atMs;
    const flag = this.#flags.get(reading.channel);
    return {
      ...reading,
      ...(atMs === undefined ? {} : { atMs }),
      ...(flag === undefined ? {} : { flags: [...(reading.flags ?? []), flag] }),
    };
  }
}
