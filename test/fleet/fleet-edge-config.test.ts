import { measuringPointSchema } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { createFleet } from './create-fleet.ts';
import { fleetEdgeConfig } from './fleet-edge-config.ts';

describe('fleetEdgeConfig', () => {
  const entries = fleetEdgeConfig(createFleet({ devices: 100, countIntervalSeconds: 600 }).devices);

  it('describes places that the contracts accept', () => {
    for (const { at } of entries) expect(measuringPointSchema.parse(at)).toEqual(at);
    expect(entries[0]?.at).toMatchObject({ name: 'meetpunt-heat-01', samples: { label: 'Voorbeeldplein' } });
  });

  it('gives heights to the water sensors and an interval to the counters, and to nobody else', () => {
    for (const { at, profile, intervalSeconds } of entries) {
      const water = profile === 'milesight-em500-udl' || profile === 'dragino-ldds75';
      expect([at.mountingHeightMetres !== undefined, at.localZeroTawMetres !== undefined]).toEqual([water, water]);
      expect(intervalSeconds).toBe(profile === 'milesight-vs350' ? 600 : undefined);
    }
  });
});
