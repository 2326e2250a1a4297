import { BATCH_BOUNDS } from '@meetbrug/protocols/delivery';
import type { Reading } from '@meetbrug/protocols/devices';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Uplink } from '@meetbrug/protocols/uplinks';
import { deriveWaterLevels } from '../derive/derive-water-levels.ts';
import { observeSignal } from '../derive/observe-signal.ts';
import { levelAt } from '../descriptions/level-history.ts';
import type { Device } from '../normalise/device-registry.ts';
import { normaliseReading } from '../normalise/normalise-reading.ts';
import type { NormalisedObservation, ReadingFault } from '../normalise/normalised-observation.ts';

/** What one uplink gives: observations for the outbox and values that cannot be used. */
export interface ObservedUplink {
  readonly observations: readonly NormalisedObservation[];
  readonly refused: readonly ReadingFault[];
  /** Channels for which the device said that it could not measure. */
  readonly missingCount: number;
}

const NONE_REFUSED: readonly string[] = [];

/**
 * Decodes, normalises and derives. A fault is about the whole uplink, with the code of what could not read it, `simulated` or
 * `too-many-observations`; a bad value only takes itself away.
 */
export function observeUplink(uplink: Uplink, device: Device): Result<ObservedUplink, Fault> {
  if (uplink.simulated) return fail('simulated', "made by a person in the network server's console");
  const decoded = device.model.read(uplink);
  if (!decoded.ok) return decoded;

  const observations: NormalisedObservation[] = [];
  const refused: ReadingFault[] = [];
  for (const detail of decoded.value.refused ?? NONE_REFUSED) refused.push({ code: 'unreadable-value', detail });
  const take = (result: Result<NormalisedObservation, ReadingFault>) => {
    if (result.ok) observations.push(result.value);
    else refused.push(result.fault);
  };
  for (const reading of decoded.value.readings) {
    if (device.unused.has(reading.channel)) continue;
    const observation = normaliseReading(withFlagsOf(uplink, reading), device, uplink);
    take(observation);
    if (device.level === undefined || !observation.ok) continue;
    if (observation.value.datastream.property.key !== 'water-distance') continue;
    const binding = levelAt(device.level, observation.value.beginMs);
    if (binding !== undefined) for (const level of deriveWaterLevels(observation.value, binding)) take(level);
  }
  if (device.signal !== undefined) for (const signal of observeSignal(uplink, device.signal)) take(signal);

  if (observations.length > BATCH_BOUNDS.observationsPerUplinkMax) {
    return fail('too-many-observations', `${observations.length} values; ${BATCH_BOUNDS.observationsPerUplinkMax} fit`);
  }
  return ok({ observations, refused, missingCount: decoded.value.missing.length });
}

function withFlagsOf({ flags }: Uplink, reading: Reading): Reading {
  return flags === undefined ? reading : { ...reading, flags: [...(reading.flags ?? []), ...flags] };
}
