import { formatInstant } from '@meetbrug/protocols/observation';
import { parseDevEui } from '@meetbrug/protocols/uplinks';
import { type ProposedProfile, proposeProfiles } from './propose-profiles.ts';
import type { UnknownDevice } from './unknown-device-store.ts';

/** A device that sends and is not configured, with the built-in profiles that it may be. */
export interface DiscoveredDevice extends UnknownDevice {
  readonly profiles: readonly ProposedProfile[];
}

export function discoverDevice(device: UnknownDevice): DiscoveredDevice {
  const { payload, port } = device;
  return { ...device, profiles: port === undefined ? [] : proposeProfiles(payload, port) };
}

/**
 * Entries of `devices` of edge.yaml, to be copied by a person: what only that person knows, where the device hangs, is left
 * open, and `meetbrug-edge check` names it until it is filled in. A device that no profile fits stays a comment.
 */
export function deviceSnippet(devices: readonly DiscoveredDevice[]): string {
  return ['devices:', ...devices.flatMap(deviceLines)].join('\n');
}

function deviceLines(device: DiscoveredDevice): string[] {
  const [first, ...others] = device.profiles;
  const head = [
    `  # ${device.uplinkCount} uplinks, ${formatInstant(device.firstMs)} to ${formatInstant(device.lastMs)}, ${device.format}`,
    `  # last payload: ${payloadText(device)}`,
  ];
  const name = `${parseDevEui(device.device) !== undefined ? 'devEui' : 'id'}: "${device.device}"`;
  if (first === undefined) {
    return [...head, `  # no built-in profile fits: add a model of your own (models)`, `  # - ${name}`];
  }
  const ambiguous = others.map(({ id, readings }) => `  # or ${id}: ${readings.join(', ')}`);
  return [
    ...head,
    `  # ${first.id}: ${first.readings.join(', ')}`,
    ...ambiguous,
    `  - ${name}`,
    `    profile: ${first.id}`,
    '    at: { name: , label: , longitude: , latitude: }',
  ];
}

function payloadText({ payload, port }: UnknownDevice): string {
  if (port === undefined) return 'an object; its values are not kept before a model says what they are';
  if (payload.byteLength === 0) return `port ${port}; its bytes are no longer kept (privacy.unclearedPayloadHours)`;
  return `port ${port}, ${Buffer.from(payload).toString('hex')}`;
}
