import { DEVICE_PROFILES, type DeviceProfile, type Reading } from '@meetbrug/protocols/devices';
import { compareDecimals, formatDecimal } from '@meetbrug/protocols/observation';
import { convertUnit, OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';

/** A built-in profile that a payload may belong to. */
export interface ProposedProfile {
  readonly id: string;
  /** Channel, value and unit of each reading, for a person to judge. */
  readonly readings: readonly string[];
}

/**
 * A profile that finds plausible values in more than this share of arbitrary bytes of the same length says nothing about
 * these bytes.
 */
const ARBITRARY_SHARE_MAX = 1 / 200;
const SAMPLES = 1_000;

/**
 * The profiles whose decoder reads the whole payload and finds in it only values that its properties can have, the one
 * whose channels it fills best first. Several where the bytes do not tell; none where bytes at random would do as well.
 * @param payload the application payload of one uplink
 */
export function proposeProfiles(
  payload: Uint8Array,
  port: number,
  profiles: Iterable<DeviceProfile> = DEVICE_PROFILES.values(),
): ProposedProfile[] {
  if (payload.byteLength === 0) return [];
  return [...profiles]
    .flatMap((profile) => {
      const readings = plausibleReadings(profile, payload, port);
      if (readings === undefined || isArbitrary(profile, payload.byteLength, port)) return [];
      return [
        { id: profile.id, readings: readings.map(formatWith(profile)), filledShare: filledShare(profile, readings) },
      ];
    })
    .sort((a, b) => b.filledShare - a.filledShare || a.id.localeCompare(b.id))
    .map(({ id, readings }) => ({ id, readings }));
}

/** Undefined where the payload is not one of the profile, or holds a value that its property cannot have. */
function plausibleReadings(profile: DeviceProfile, payload: Uint8Array, port: number): readonly Reading[] | undefined {
  const decoded = profile.decode(payload, port);
  if (!decoded.ok || decoded.value.readings.length === 0) return undefined;
  return decoded.value.readings.every((reading) => isPlausible(profile, reading)) ? decoded.value.readings : undefined;
}

function isPlausible({ channels }: DeviceProfile, { channel, value }: Reading): boolean {
  const bound = channels[channel];
  if (bound === undefined) return false;
  const { range, unit, resolution } = OBSERVED_PROPERTIES[bound.property];
  const converted = convertUnit(value, bound.unit, unit, bound.resolution ?? resolution);
  return (
    converted !== undefined && compareDecimals(converted, range.min) >= 0 && compareDecimals(converted, range.max) <= 0
  );
}

function filledShare({ channels }: DeviceProfile, readings: readonly Reading[]): number {
  return new Set(readings.map(({ channel }) => channel)).size / Object.keys(channels).length;
}

function isArbitrary(profile: DeviceProfile, length: number, port: number): boolean {
  const bytes = new Uint8Array(length);
  const next = pseudoRandomBytes(length);
  let plausible = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (let index = 0; index < length; index += 1) bytes[index] = next();
    if (plausibleReadings(profile, bytes, port) !== undefined) plausible += 1;
    if (plausible > SAMPLES * ARBITRARY_SHARE_MAX) return true;
  }
  return false;
}

/** The same bytes for the same seed: a proposal must not change from one look to the next. Xorshift of 32 bits. */
function pseudoRandomBytes(seed: number): () => number {
  let state = (seed + 1) * 0x9e37_79b1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 0xff;
  };
}

function formatWith({ channels }: DeviceProfile): (reading: Reading) => string {
  return ({ channel, value }) => `${channel} ${formatDecimal(value)} ${channels[channel]?.unit ?? ''}`.trimEnd();
}
