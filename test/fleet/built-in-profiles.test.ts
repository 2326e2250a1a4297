import { readFileSync } from 'node:fs';
import { parseEdgeConfig } from '@meetbrug/edge/src/config/parse-edge-config.ts';
import { deviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import { normaliseValue } from '@meetbrug/edge/src/normalise/normalise-value.ts';
import { DEVICE_PROFILES, type DeviceProfile } from '@meetbrug/protocols/devices';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const PROFILES_DIR = `${import.meta.dirname}/../../protocols/src/devices`;
const vectorsSchema = z.object({ vectors: z.array(z.object({ port: z.int(), hex: z.string() })) });

/** A city's whole configuration of one device: what the README tells a technician to write. */
function configOf({ id, channels }: DeviceProfile): string {
  const counts = Object.values(channels).some(({ overInterval }) => overInterval === true);
  return `
edge: demo-edge
organisation: demo
devices:
  - devEui: 24E124136C140001
    profile: ${id}
    ${counts ? 'intervalSeconds: 900' : ''}
    at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 }
`;
}

function bound(profile: DeviceProfile) {
  const parsed = parseEdgeConfig(configOf(profile));
  if (!parsed.ok) expect.fail(JSON.stringify(parsed.fault.faults));
  return [...deviceRegistry(parsed.value).values()][0] ?? expect.fail('no device');
}

describe.each([...DEVICE_PROFILES.values()].map((profile) => [profile.id, profile] as const))('%s', (id, profile) => {
  it('needs no more than a place, and an interval where it counts over one', () => {
    expect([...bound(profile).channels.keys()]).toEqual(Object.keys(profile.channels));
  });

  it("gives a value that the catalogue accepts on every channel, from the vendor's own vectors", () => {
    const device = bound(profile);
    const accepted = new Set<string>();
    for (const { port, hex } of vectorsSchema.parse(
      JSON.parse(readFileSync(`${PROFILES_DIR}/${id}/vectors.json`, 'utf8')),
    ).vectors) {
      const decoded = profile.decode(Uint8Array.from(Buffer.from(hex, 'hex')), port);
      for (const { channel, value } of decoded.ok ? decoded.value.readings : []) {
        const { unit, datastream } = device.channels.get(channel) ?? expect.fail(channel);
        if (normaliseValue(value, unit, datastream).ok) accepted.add(channel);
      }
    }
    expect([...accepted].sort()).toEqual(Object.keys(profile.channels).sort());
  });
});
