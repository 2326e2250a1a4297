import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deviceRegistry } from '../normalise/device-registry.ts';
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
      'counts from a counter that the device lacks',
      `{ devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE}, counts: from-counter }`,
      'devices[0].counts',
    ],
    [
      'quality rules for a property that the device does not give',
      `{ devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE}, quality: { water-level-taw: { stuckAfterHours: 3 } } }`,
      'devices[0].quality.water-level-taw',
    ],
    [
      'a plausible range that is upside down',
      `{ devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE}, quality: { air-temperature: { plausibleRange: { min: 5, max: -5 } } } }`,
      'devices[0].quality.air-temperature.plausibleRange',
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

  it('names both units where a channel is given a property of another unit', () => {
    const device = `{ devEui: 24E124136C140001, profile: milesight-em300-th, at: ${PLACE}, channels: { humidity: air-temperature } }`;
    const parsed = parseEdgeConfig(devices(device));
    expect(parsed.ok ? [] : parsed.fault.faults).toEqual([
      {
        path: 'devices[0].channels.humidity',
        detail: 'the channel reads % and air-temperature is in Cel: give it a property of its own unit',
      },
    ]);
  });

  it('needs no reporting interval where counts come from the counter, and takes rules for what is derived', () => {
    const at = `at: ${PLACE}`;
    const counter = `{ devEui: 24E124798E170003, profile: milesight-vs350, ${at}, counts: from-counter, quality: { pedestrian-count: { uptimeMinShare: 0.8 } } }`;
    const heat = `{ devEui: 24E124136C140001, profile: milesight-em300-th, ${at}, quality: { heat-index: { plausibleRange: { min: 0, max: 50 } } } }`;
    expect(faultPaths(devices(counter, heat))).toEqual([]);
  });

  it.each([
    ['an index twice', 'heat: { indices: [wbgt, wbgt] }', 'heat.indices'],
    ['an index that does not exist', 'heat: { indices: [comfort] }', 'heat.indices[0]'],
    ['a globe that is no globe', 'heat: { globeDiameterMetres: 1.5 }', 'heat.globeDiameterMetres'],
    ['a globe that is not of whole millimetres', 'heat: { globeDiameterMetres: 0.0505 }', 'heat.globeDiameterMetres'],
    ['inputs of no time', 'heat: { withinSeconds: 0 }', 'heat.withinSeconds'],
    ['a local feed without a base URL', 'localFeed: true', 'publicBaseUrl'],
    ['a base URL with a slash at the end', 'publicBaseUrl: https://data.example.be/', 'publicBaseUrl'],
    ['a clock file that is no name', "clock: { synchronisedFile: '' }", 'clock.synchronisedFile'],
    [
      'an authority for a certificate that nobody shows',
      'cloud: { url: mqtt://broker.example, secretFile: s, caFile: ca.pem }',
      'cloud.caFile',
    ],
    [
      'an authority beside the one that enrolling gave',
      'cloud: { url: wss://cloud.example, identityDir: i, caFile: ca.pem }',
      'cloud.caFile',
    ],
    ['a silence shorter than the time-out', 'cloud: { secretFile: s, silenceMsMax: 29999 }', 'cloud.silenceMsMax'],
    ['a rate of nothing', 'broker: { messagesPerSecondMax: 0 }', 'broker.messagesPerSecondMax'],
  ])('refuses %s and says where', (_, setting, path) => {
    expect(faultPaths(`${SMALLEST}${setting}\n`)).toEqual([path]);
  });

  it('takes a broker between, by an authority of its own', () => {
    expect(faultPaths(`${SMALLEST}cloud: { url: mqtts://broker.example, secretFile: s, caFile: ca.pem }\n`)).toEqual(
      [],
    );
  });

  it('computes heat index and apparent temperature where nothing else is said', () => {
    expect(parseEdgeConfig(SMALLEST)).toMatchObject({
      ok: true,
      value: {
        heat: { indices: ['heat-index', 'apparent-temperature'], withinSeconds: 600, withinMetres: 0 },
        localFeed: false,
      },
    });
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

  it.each([
    ['out of order', ['2026-07-01T00:00:00Z', '2026-06-01T00:00:00Z', '2026-08-01T00:00:00Z'], ['[1]']],
    ['twice the same moment', ['2026-07-01T00:00:00Z', '2026-07-01T02:00:00+02:00'], ['[1]']],
    ['without a zone', ['2026-07-01T00:00:00'], ['[0]']],
    ['in order', ['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'], []],
  ])('finds a history that is %s', (_, moments, faulty) => {
    const history = moments.map((validFrom) => `{ validFrom: '${validFrom}', mountingHeightMetres: 3 }`).join(', ');
    const place = PLACE.replace(' }', `, history: [${history}] }`);
    const paths = faultPaths(devices(`{ devEui: 24E124136C140001, profile: milesight-em500-udl, at: ${place} }`));
    expect(paths).toEqual(faulty.map((index) => `devices[0].at.history${index}.validFrom`));
  });

  it('takes a history entry that names only what changed, and the first description from before it', () => {
    const place = PLACE.replace(
      ' }',
      ', mountingHeightMetres: 3.2, history: [{ validFrom: 2026-07-01T00:00:00Z, longitude: 4 }] }',
    );
    const parsed = parseEdgeConfig(
      devices(
        `{ devEui: 24E124136C140001, profile: milesight-em500-udl, at: ${place}, deployedFrom: 2026-03-01T00:00:00Z }`,
      ).replace('devices:', 'contact: { name: Meetdienst, email: meet@example.org }\ndevices:'),
    );
    if (!parsed.ok) throw new Error(parsed.fault.detail);
    const [device] = deviceRegistry(parsed.value).values();
    const { content, history } = device?.channels.get('distance')?.datastream ?? expect.fail('no distance');
    expect(content).toMatchObject({
      measuringPoint: { longitude: 3.7, mountingHeightMetres: 3.2 },
      deployedFromMs: Date.UTC(2026, 2, 1),
      contact: { name: 'Meetdienst', email: 'meet@example.org' },
    });
    expect(history).toEqual([
      {
        validFromMs: Date.UTC(2026, 6, 1),
        content: { ...content, measuringPoint: { ...content.measuringPoint, longitude: 4 } },
      },
    ]);
  });

  it.each([
    ['of the edge', 'privacy: { smallCounts: { windowSeconds: 300 } }', '', ['privacy.smallCounts.windowSeconds']],
    ['of the device', '', 'smallCounts: { windowSeconds: 300 }', ['devices[0].privacy.smallCounts.windowSeconds']],
    ['that the device does not use', 'privacy: { smallCounts: { windowSeconds: 300 } }', 'smallCounts: false', []],
    ['as long as the interval', 'privacy: { smallCounts: { windowSeconds: 600 } }', '', []],
    [
      'with a property that counts nobody',
      'privacy: { smallCounts: { properties: [air-temperature] } }',
      '',
      ['privacy.smallCounts.properties[0]'],
    ],
  ])('judges a count window %s by what the device counts over', (_, ofEdge, ofDevice, paths) => {
    const device = `{ devEui: 24E124136C140003, profile: milesight-vs350, intervalSeconds: 600, at: ${PLACE}, privacy: { ${ofDevice} } }`;
    expect(faultPaths(devices(device).replace('devices:', `${ofEdge}\ndevices:`))).toEqual(paths);
  });

  it('never lets payload bytes that nobody has cleared stay longer than a day', () => {
    expect(faultPaths(`${SMALLEST}privacy: { unclearedPayloadHours: 25 }`)).toEqual(['privacy.unclearedPayloadHours']);
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
