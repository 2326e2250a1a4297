import type { EpochMs } from '../observation/instant.ts';
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

/** Collects what one payload says while a codec walks over its fields. */
export class PayloadReadings {
  readonly #readings: Reading[] = [];
  readonly #missing: { readonly channel: string; readonly reason: string }[] = [];
  #atMs: EpochMs | undefined;

  add(reading: Reading): void {
    this.#readings.push(reading);
  }

  miss(channel: string, reason: string): void {
    this.#missing.push({ channel, reason });
  }

  /** States when the readings that have no time of their own were made; an unset device clock states nothing. */
  measuredAt(atMs: EpochMs | undefined): void {
    this.#atMs = atMs;
  }

  decoded(): Decoded {
    const atMs = this.#atMs;
    const readings =
      atMs === undefined
        ? this.#readings
        : this.#readings.map((reading) => (reading.atMs === undefined ? { ...reading, atMs } : reading));
    return ok({ readings, missing: this.#missing });
  }
}
