import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { valuesOf } from '../sources/installed-values.ts';
import { STATION_NAMESPACE, Station } from './station.ts';

const NODE = `nsu=${STATION_NAMESPACE};s=Level`;
const DEVICES = [
  {
    id: 'ps01',
    model: 'station',
    sensor: 'station',
    at: { name: 'sluis-01', label: 'Sluis', longitude: 4.4, latitude: 51.2 },
  },
];
const MODELS = {
  station: {
    manufacturer: 'Voorbeeld',
    model: 'Pompstation',
    fields: [{ path: 'level', property: 'water-level-local', unit: 'm' }],
  },
};

describe('an OPC UA station of an installed edge', () => {
  let folder: string;
  let station: Station | undefined;
  let installation: Installation | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-opc-ua-installed-'));
  });
  afterEach(async () => {
    await installation?.remove();
    await station?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has its values in the series of the cloud, each once, over kills of the station and of the edge', async () => {
    const pkiFolder = join(folder, 'station');
    const opened = await Station.start({ pkiFolder });
    station = opened;
    const source = {
      kind: 'opc-ua',
      name: 'sluice',
      url: opened.url,
      security: 'insecure-none',
      samplingIntervalMs: 20,
      publishingIntervalMs: 50,
      nodes: [{ node: NODE, device: 'ps01', field: 'level', unit: 'm' }],
    };
    const site = await createInstallation({
      devices: DEVICES,
      edgeSettings: () => ({ sources: [source], models: MODELS }),
    });
    installation = site;
    await site.cloud.start();
    await site.edge.start();
    const levels = async () => {
      const { 'water-level-local': rows = [] } = await valuesOf(site, 'station');
      return rows.map(({ value }) => Number(value)).filter((value) => value > 0);
    };
    const arrives = (value: number) =>
      expect.poll(async () => (await levels()).at(-1), { timeout: 30_000 }).toBe(value);
    const startMs = Date.UTC(2026, 6, 14, 12);
    await opened.set({ name: 'Level', value: 1.25, time: startMs });
    await arrives(1.25);
    await site.edge.kill();
    await opened.set({ name: 'Level', value: 1.5, time: startMs + 60_000 });
    await site.edge.start();
    await arrives(1.5);
    await opened.kill();
    const again = await Station.start({ pkiFolder, port: opened.port });
    station = again;
    await again.set({ name: 'Level', value: 1.75, time: startMs + 120_000 });
    await arrives(1.75);
    expect(await levels()).toEqual([1.25, 1.5, 1.75]);
  }, 120_000);
});
