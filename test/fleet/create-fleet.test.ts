import { readFileSync } from 'node:fs';
import { PROPERTY_KEYS } from '@meetbrug/protocols/properties';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFleet, type FleetMessage, firstMessages } from './create-fleet.ts';
import type { FleetSettingsInput } from './fleet-settings.ts';
import { DEVICE_MODELS } from './fleet-settings.ts';
import { RUBBISH_KINDS } from './rubbish-message.ts';

const START_MS = Date.parse('2026-07-14T10:00:00Z');

function take(count: number, settings: FleetSettingsInput): FleetMessage[] {
  return firstMessages(createFleet(settings), START_MS, count);
}

function keysOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return keysOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, `${path}.${key}`));
}

describe('createFleet', () => {
  it('gives the same messages for the same seed and others for another seed', () => {
    const settings = { devices: 10, latePercent: 10, duplicatesPercent: 10, rubbishPercent: 10 };
    expect(take(500, { ...settings, seed: 7 })).toEqual(take(500, { ...settings, seed: 7 }));
    expect(take(500, { ...settings, seed: 7 })).not.toEqual(take(500, { ...settings, seed: 8 }));
  });

  it('writes every field of a ChirpStack v4 uplink that the recorded sample has', () => {
    const sample = JSON.parse(
      readFileSync(new URL('../samples/01-chirpstack-v4-up-heat.json', import.meta.url), 'utf8'),
    );
    const [message] = take(1, { devices: 1, rubbishPercent: 0, latePercent: 0 });
    const written = keysOf(JSON.parse(message?.body ?? ''));
    expect(keysOf(sample.payload).filter((key) => !key.startsWith('.deviceInfo.tags'))).toEqual(
      written.filter((key) => !key.startsWith('.deviceInfo.tags')),
    );
    expect(message?.topic).toBe('application/17c82e96-be03-4f38-aef3-f83d48582d97/device/24e124136c000001/event/up');
    expect(sample.topic).toMatch(/^application\/17c82e96-[0-9a-f-]+\/device\/[0-9a-f]{16}\/event\/up$/);
  });

  it('writes satellite time that says the same instant as the wall clock, as the recorded sample does', () => {
    const gpsOffset = (time: string, gps: string) => Date.parse(time) / 1000 - Number.parseFloat(gps);
    const [message] = take(1, { devices: 1, rubbishPercent: 0, latePercent: 0 });
    const event = JSON.parse(message?.body ?? '');
    expect(gpsOffset(event.time, event.rxInfo[0].timeSinceGpsEpoch)).toBeCloseTo(
      gpsOffset('2026-07-14T13:05:12.406+00:00', '1468069530.406s'),
      3,
    );
  });

  it('keeps frame counters and measured times of a device rising, in the order of measurement, at any rate', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.1, max: 50_000, noNaN: true }), (seed, uplinksPerSecond) => {
        const messages = take(400, {
          seed: seed >>> 0,
          uplinksPerSecond,
          devices: 7,
          rubbishPercent: 0,
          latePercent: 0,
        });
        const last = new Map<string, { fCnt: number; ms: number }>();
        for (const { body, kind } of messages) {
          if (kind === 'duplicate') continue;
          const { deviceInfo, fCnt, time } = JSON.parse(body);
          const before = last.get(deviceInfo.devEui);
          if (before !== undefined) expect(fCnt).toBe(before.fCnt + 1);
          if (before !== undefined) expect(Date.parse(time)).toBeGreaterThan(before.ms);
          last.set(deviceInfo.devEui, { fCnt, ms: Date.parse(time) });
        }
        expect(last.size).toBe(7);
      }),
      { seed: 3, numRuns: 30 },
    );
  });

  it('sends in the order of sendMs, late uplinks after their time, and a duplicate byte for byte after its original', () => {
    const messages = take(3_000, {
      devices: 5,
      uplinksPerSecond: 50,
      latePercent: 10,
      duplicatesPercent: 10,
      lateSecondsMax: 10,
    });
    const bodies = new Set<string>();
    messages.forEach((message, index) => {
      expect(message.sendMs).toBeGreaterThanOrEqual(messages[index - 1]?.sendMs ?? START_MS);
      expect(bodies.has(message.body)).toBe(message.kind === 'duplicate');
      bodies.add(message.body);
      if (message.kind === 'late') expect(message.sendMs).toBeGreaterThan(Date.parse(JSON.parse(message.body).time));
    });
    const share = (kind: FleetMessage['kind']) => messages.filter((message) => message.kind === kind).length / 3_000;
    expect(share('late')).toBeGreaterThan(0.05);
    expect(share('duplicate')).toBeGreaterThan(0.05);
  });

  it('makes every kind of rubbish, and expects no observation of it', () => {
    const rubbish = take(3_000, { devices: 10, rubbishPercent: 30 }).filter(({ kind }) => kind === 'rubbish');
    expect(new Set(rubbish.map((message) => message.rubbish))).toEqual(new Set(RUBBISH_KINDS));
    expect(rubbish.flatMap(({ expected }) => expected.observations)).toEqual([]);
  });

  it('expects known properties, and both levels of every distance', () => {
    const uplinks = take(200, { devices: 10, rubbishPercent: 0 });
    for (const { expected } of uplinks) {
      const value = Object.fromEntries(expected.observations.map((each) => [each.property, Number(each.value)]));
      for (const { property } of expected.observations) expect(PROPERTY_KEYS).toContain(property);
      if (value['water-distance'] === undefined) continue;
      expect(value['water-level-taw']).toBeCloseTo(5.62 + (value['water-level-local'] ?? Number.NaN), 9);
      expect(value['water-level-local']).toBeGreaterThan(0.5);
    }
  });

  it('has the devices that were asked for, whatever the seed, each with its own DevEUI and place', () => {
    const counts = { 'milesight-vs350': 3, 'dragino-ldds75': 2 };
    const { devices } = createFleet({ devices: counts, seed: 1 });
    expect(devices).toEqual(createFleet({ devices: counts, seed: 2 }).devices);
    expect(devices.map(({ model }) => model).sort()).toEqual([
      ...Array(2).fill('dragino-ldds75'),
      ...Array(3).fill('milesight-vs350'),
    ]);
    const many = createFleet({ devices: 1_000 }).devices;
    expect(new Set(many.map(({ devEui }) => devEui)).size).toBe(1_000);
    expect(new Set(many.map(({ place }) => place.name)).size).toBe(1_000);
    expect(new Set(many.map(({ model }) => model))).toEqual(new Set(DEVICE_MODELS));
  });

  it.each([
    { devices: 0 },
    { devices: {} },
    { uplinksPerSecond: 0 },
    { latePercent: 101 },
    { qos: 2 as 1 },
    { seed: -1 },
  ])('refuses settings outside their bounds: %j', (settings) => {
    expect(() => createFleet(settings)).toThrow();
  });
});
