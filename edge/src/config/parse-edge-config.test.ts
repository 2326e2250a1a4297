import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { edgeJsonSchema } from './edge-json-schema.ts';
import { parseEdgeConfig } from './parse-edge-config.ts';

const SMALLEST = 'edge: demo-edge\norganisation: demo\n';
const PLACE = '{ name: plein, label: Plein, longitude: 3.7, latitude: 51 }';

function faultPaths(yaml: string): string[] {
  const parsed = parseEdgeConfig(yaml);
  return parsed.ok ? [] : parsed.fault.faults.map(({ path }) => path);
}

function devices(...entries: string[]): string {
  return `${SMALLEST}devices:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
}

describe('the configuration', () => {
  it('needs a name and an organisation only, and listens on loopback', () => {
    const parsed = parseEdgeConfig(SMALLEST);
    expect(parsed).toMatchObject({
      ok: true,
      value: { broker: { host: '127.0.0.1', port: 1883 }, http: { host: '127.0.0.1', port: 8081 }, devices: [] },
    });
  });

  it('lists all faults at once, those between devices too', () => {
    const yaml = `
edge: Demo Edge
broker: { port: 70000 }
sources: [{ name: chirpstack, url: 'http://example.org', topics: [] }]
surplus: 1
devices:
  - { devEui: 24E124136C140001, profile: no-such-model, at: ${PLACE} }
  - { devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE} }
  - { devEui: 24E124136C140003, profile: milesight-vs350, at: ${PLACE} }
  - { devEui: 24E124136C140004, profile: milesight-em300-th, at: { name: plein, label: Plein, longitude: 200, latitude: 51 } }
`;
    expect(faultPaths(yaml)).toEqual([
      'edge',
      'organisation',
      'broker.port',
      'sources[0].url',
      'sources[0].topics',
      'devices[3].at.longitude',
      '',
      'devices[0].profile',
      'devices[1].devEui',
      'devices[2].intervalSeconds',
    ]);
  });

  it.each([
    ['a profile that does not exist', `{ devEui: 24E124136C140001, profile: x, at: ${PLACE} }`, 'devices[0].profile'],
    [
      'a channel that the profile lacks',
      `{ devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE}, channels: { noise: rssi } }`,
      'devices[0].channels.noise',
    ],
    [
      'a meaning that the channel cannot have',
      `{ devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE}, channels: { humidity: rssi } }`,
      'devices[0].channels.humidity',
    ],
    [
      'a height finer than a millimetre',
      `{ devEui: 24E124136C140001, profile: milesight-em500-udl, at: { name: a, label: A, longitude: 3, latitude: 51, mountingHeightMetres: 3.20001 } }`,
      'devices[0].at.mountingHeightMetres',
    ],
    [
      'a DevEUI that YAML takes for a number',
      `{ devEui: 0018200000000123, profile: x, at: ${PLACE} }`,
      'devices[0].devEui',
    ],
  ])('refuses %s and says where', (_, device, path) => {
    expect(faultPaths(devices(device))).toEqual([path]);
  });

  it('refuses two sensors of one name at one place, but not at two places', () => {
    const sensor = (devEui: string, place: string) =>
      `{ devEui: ${devEui}, sensor: s, profile: milesight-em300-th, at: { name: ${place}, label: P, longitude: 3, latitude: 51 } }`;
    expect(faultPaths(devices(sensor('24E124136C140001', 'a'), sensor('24E124136C140002', 'a')))).toEqual([
      'devices[1].sensor',
    ]);
    expect(faultPaths(devices(sensor('24E124136C140001', 'a'), sensor('24E124136C140002', 'b')))).toEqual([]);
  });

  it('takes a distance sensor without heights', () => {
    expect(faultPaths(devices(`{ devEui: 24E124136C140001, profile: milesight-em500-udl, at: ${PLACE} }`))).toEqual([]);
  });

  it('tells a YAML mistake with its line', () => {
    const parsed = parseEdgeConfig('edge: [a\norganisation: demo');
    expect(parsed).toMatchObject({ ok: false, fault: { code: 'config-unreadable' } });
    expect(parsed.ok ? '' : parsed.fault.detail).toMatch(/line \d/);
  });

  it('has its JSON Schema on file', () => {
    const onFile: unknown = JSON.parse(readFileSync(new URL('./edge.schema.json', import.meta.url), 'utf8'));
    expect(onFile).toEqual(JSON.parse(JSON.stringify(edgeJsonSchema())));
  });
});
