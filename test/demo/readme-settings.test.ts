import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../cloud/src/config/load-config.ts';
import { loadEdgeConfig } from '../../edge/src/config/load-edge-config.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...README.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

const EDGE = { edge: 'my-edge', organisation: 'my-city' };
const MEASURED_AT = { name: 'here', label: 'Here', longitude: 4.4, latitude: 51.2 };
/** What a block leaves to its reader. */
const PLACED = [{ id: 'ps01', profile: 'milesight-em300-th', at: MEASURED_AT }];

describe('the settings that the README shows', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-readme-'));
    const square = [
      [4, 51],
      [5, 51],
      [5, 52],
      [4, 51],
    ];
    const feature = {
      type: 'Feature',
      properties: { code: 'a', name: 'A' },
      geometry: { type: 'Polygon', coordinates: [square] },
    };
    writeFileSync(join(folder, 'sectors.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (settings: object) => {
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, stringify(settings));
    return file;
  };

  it('are all of an edge or of a cloud', () => {
    expect(blocks.length).toBeGreaterThan(5);
  });

  it.each(blocks.map((text) => [text.split('\n')[0] ?? '', text]))('can be used: %s', (_, text) => {
    const settings = parse(text) as object;
    const isCloud = ['ldes', 'products', 'timeSeries', 'store', 'follow', 'push', 'access', 'outside'].some(
      (name) => name in settings,
    );
    const loaded = isCloud
      ? loadConfig(
          write({ ...(parse(readFileSync(join(ROOT, 'deploy/demo/cloud.yaml'), 'utf8')) as object), ...settings }),
        )
      : loadEdgeConfig(write({ ...EDGE, devices: PLACED, ...settings }));
    expect(loaded).toMatchObject({ ok: true });
  });
});
