import { DEVICE_PROFILES } from '@meetbrug/protocols/devices';
import { exactDecimal, formatDecimal } from '@meetbrug/protocols/observation';
import { convertUnit, OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { PARSERS } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { createFleet, firstMessages } from '../fleet/create-fleet.ts';
import { DEVICE_MODELS } from '../fleet/fleet-settings.ts';

const RECEIVED_MS = Date.parse('2026-07-14T10:00:00Z');

/** The values that the product reads from a fleet's message, as `property direction value`; or the code of the refusal. */
function readByProduct(profileId: string, topic: string, body: string): string[] | string {
  const event = PARSERS['chirpstack-v4']({ topic, payload: Buffer.from(body), receivedMs: RECEIVED_MS });
  if (!event.ok) return event.fault.code;
  if (event.value.kind !== 'uplink') return event.value.kind;
  const profile = DEVICE_PROFILES.get(profileId);
  const decoded = profile?.decode(event.value.payload, event.value.port ?? 0);
  if (profile === undefined || decoded === undefined) return 'no profile';
  if (!decoded.ok) return decoded.fault.code;
  return decoded.value.readings
    .map(({ channel, value }) => {
      const meaning = profile.channels[channel];
      if (meaning === undefined) return `${channel} unknown`;
      const converted = convertUnit(
        value,
        meaning.unit,
        OBSERVED_PROPERTIES[meaning.property].unit,
        exactDecimal(1, 9),
      );
      return `${meaning.property} ${meaning.direction ?? ''} ${converted === undefined ? '?' : formatDecimal(converted)}`;
    })
    .sort();
}

describe("the fleet's messages", () => {
  const fleet = createFleet({ devices: 10, duplicatesPercent: 0, latePercent: 0, rubbishPercent: 20, seed: 11 });
  const messages = firstMessages(fleet, RECEIVED_MS, 2_000);
  const profileOf = (devEui: string) => fleet.devices.find((device) => device.devEui === devEui)?.model ?? '';

  it.each(DEVICE_MODELS)('mean to the product what the fleet meant: %s', (model) => {
    const uplinks = messages.filter(({ kind, expected }) => kind === 'uplink' && profileOf(expected.devEui) === model);
    expect(uplinks.length).toBeGreaterThan(100);
    for (const { topic, body, expected } of uplinks) {
      const meant = expected.observations
        .filter(({ derivedFromDistance }) => !derivedFromDistance)
        .map(({ property, direction, value }) => `${property} ${direction ?? ''} ${value}`);
      expect(readByProduct(model, topic, body)).toEqual(meant.sort());
    }
  });

  it('are refused by parser or decoder where they are rubbish by themselves', () => {
    const bySelf = messages.filter(({ rubbish }) => rubbish !== undefined && rubbish !== 'unknown-device');
    const accepted = bySelf.filter(({ topic, body, rubbish, expected }) => {
      if (rubbish === 'unknown-topic') return false;
      return Array.isArray(readByProduct(profileOf(expected.devEui), topic, body));
    });
    expect(bySelf.length).toBeGreaterThan(100);
    expect(accepted.map(({ rubbish, body }) => ({ rubbish, body }))).toEqual([]);
  });
});
