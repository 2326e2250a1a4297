import type { Reading } from '@meetbrug/protocols/devices';
import type { Quality } from '@meetbrug/protocols/observation';
import { fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Uplink } from '@meetbrug/protocols/uplinks';
import type { Device } from './device-registry.ts';
import { normaliseValue } from './normalise-value.ts';
import type { NormalisedObservation, ReadingFault } from './normalised-observation.ts';

const MS_PER_SECOND = 1_000;

/**
 * One reading as an observation. A count over an interval gets `[observed - interval, observed)`; everything else is an
 * instant. The time of the payload itself goes before the time of the uplink.
 */
export function normaliseReading(
  reading: Reading,
  device: Device,
  uplink: Uplink,
): Result<NormalisedObservation, ReadingFault> {
  const channel = device.channels.get(reading.channel);
  if (channel === undefined) {
    return fail('unknown-channel', `${device.model.id} decoded "${reading.channel}", which it does not declare`);
  }
  const value = normaliseValue(reading.value, channel.unit, channel.datastream);
  if (!value.ok) return value;
  const observedMs = reading.atMs ?? uplink.observedMs;
  const { intervalSeconds } = channel.datastream.content.procedure;
  const quality: Quality = {
    timeSource: reading.atMs === undefined ? uplink.timeSource : 'payload',
    flags: reading.flags ?? [],
  };
  const common = { datastream: channel.datastream, resultMs: observedMs, value: value.value, quality };
  if (intervalSeconds === undefined) return ok({ ...common, beginMs: observedMs });
  return ok({ ...common, beginMs: observedMs - intervalSeconds * MS_PER_SECOND, endMs: observedMs });
}
