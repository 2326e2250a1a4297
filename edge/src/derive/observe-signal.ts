import { decimalFromNumber } from '@meetbrug/protocols/observation';
import type { UnitCode } from '@meetbrug/protocols/properties';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Uplink } from '@meetbrug/protocols/uplinks';
import type { Datastream } from '../normalise/datastream.ts';
import type { Device } from '../normalise/device-registry.ts';
import { normaliseValue } from '../normalise/normalise-value.ts';
import type { NormalisedObservation, ReadingFault } from '../normalise/normalised-observation.ts';

/** Signal strength and signal-to-noise ratio at the gateway that heard the device best, where it reported them. */
export function observeSignal(
  uplink: Uplink,
  signal: NonNullable<Device['signal']>,
): Result<NormalisedObservation, ReadingFault>[] {
  const best = uplink.receptions[0];
  const observations: Result<NormalisedObservation, ReadingFault>[] = [];
  if (best?.rssi !== undefined) observations.push(signalObservation(uplink, best.rssi, 'dB[mW]', signal.rssi));
  if (best?.snr !== undefined) observations.push(signalObservation(uplink, best.snr, 'dB', signal.snr));
  return observations;
}

function signalObservation(
  { observedMs, timeSource }: Uplink,
  reported: number,
  unit: UnitCode,
  datastream: Datastream,
): Result<NormalisedObservation, ReadingFault> {
  const exact = decimalFromNumber(reported);
  if (exact === undefined) return fail('outside-range', `${datastream.property.key}: ${reported} is no decimal`);
  const value = normaliseValue(exact, unit, datastream);
  if (!value.ok) return value;
  return ok({
    datastream,
    beginMs: observedMs,
    resultMs: observedMs,
    value: value.value,
    quality: { timeSource, flags: [] },
  });
}
