import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCloud } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';
import { parseGraph } from '../formats/parse-graph.ts';

const folder = mkdtempSync(join(tmpdir(), 'meetbrug-lexicon-'));
let cloud: Cloud;

beforeAll(async () => {
  cloud = await startTestCloud({ dataDir: folder });
  const description = heatDescription(1);
  const edge = await connectEdge(cloud.ports.mqtt);
  await edge.deliver({
    datastreams: [[description.datastream, 1]],
    descriptions: [description],
    uplinks: [uplink(1, T0, '31.5')],
  });
  await edge.end();
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a running cloud', () => {
  it('dereferences the property of an observation to what it means', async () => {
    const feed = await fetch(`${cloud.publicBaseUrl}/ldes/demo/heat-stress/by-page/page/0`, {
      headers: { Accept: 'application/n-quads' },
    });
    const page = await parseGraph('nquads', new Uint8Array(await feed.arrayBuffer()));
    const observed = page.find(({ predicate }) => predicate.value.endsWith('observedProperty'))?.object.value ?? '';
    const concept = await fetch(observed, { headers: { Accept: 'application/n-quads' } });
    const said = await parseGraph('nquads', new Uint8Array(await concept.arrayBuffer()));
    expect(said.every(({ subject }) => subject.value === observed)).toBe(true);
    const labels = said.filter(({ predicate }) => predicate.value.endsWith('prefLabel'));
    expect(labels.map(({ object }) => object.value).sort()).toEqual(['air temperature', 'luchttemperatuur']);
  });

  it('shows people how many datastreams measure it', async () => {
    const page = await fetch(`${cloud.publicBaseUrl}/id/concept/geobserveerd-kenmerk/luchttemperatuur`, {
      headers: { Accept: 'text/html' },
    });
    expect(await page.text()).toContain('<dd>1 datastreams</dd>');
  });
});
