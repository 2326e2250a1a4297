import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createInstallation } from '../harness/installation.ts';
import { STATION_NAMESPACE, Station } from '../opc-ua/station.ts';
import { edgeMetric } from '../sources/installed-values.ts';
import type { Bench, BenchRow } from './bench-row.ts';

const NODES = 200;
const ROUND_MS = 50;
/** The server looks at a node this often, so each round's value is seen. */
const SAMPLING_MS = 20;
const COMMITTED = 'meetbrug_edge_uplinks_committed_total';
const WAIT_MS = 60_000;

/** Every node is a device of its own, so that each value is one uplink. */
const names = Array.from({ length: NODES }, (_, index) => `Level${index}`);

function edgeSettings(url: string) {
  const nodes = names.map((name) => ({ node: `nsu=${STATION_NAMESPACE};s=${name}`, device: name, field: 'level' }));
  const timing = { samplingIntervalMs: SAMPLING_MS, publishingIntervalMs: 50 };
  const fields = [{ path: 'level', property: 'water-level-local', unit: 'm' }];
  return {
    sources: [{ kind: 'opc-ua', name: 'station', url, security: 'insecure-none', nodes, ...timing }],
    models: { station: { manufacturer: 'Voorbeeld', model: 'Station', fields } },
  };
}

const devices = names.map((name) => ({
  id: name,
  model: 'station',
  sensor: name.toLowerCase(),
  at: { name: name.toLowerCase(), label: name, longitude: 4.4, latitude: 51.2 },
}));

async function measure(rounds: number): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bench-opc-ua-'));
  const station = await Station.start({ pkiFolder: folder, variables: names.map((name) => ({ name })) });
  const installation = await createInstallation({ devices, edgeSettings: () => edgeSettings(station.url) });
  try {
    await installation.edge.start();
    const set = (round: number) =>
      station.set(...names.map((name) => ({ name, value: round / 100, time: Date.UTC(2026, 6, 14) + round * 1_000 })));
    // Until the first values are there the edge has not subscribed.
    for (let round = 1; (await edgeMetric(installation, COMMITTED)) < NODES; round += 1) {
      await set(-round);
      await delay(ROUND_MS);
    }
    await delay(10 * ROUND_MS);
    const before = await edgeMetric(installation, COMMITTED);
    const startedMs = performance.now();
    for (let round = 1; round <= rounds; round += 1) {
      await set(round);
      await delay(ROUND_MS);
    }
    let count = 0;
    while (count < rounds * NODES && performance.now() - startedMs < WAIT_MS) {
      count = (await edgeMetric(installation, COMMITTED)) - before;
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    return {
      what: `edge: values of an OPC UA station, ${NODES} nodes, committed (${count} of ${rounds * NODES})`,
      unit: 'uplinks/s',
      ours: count / seconds,
      budget: {},
    };
  } finally {
    await installation.remove();
    await station.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const sourcesOpcUa: Bench = {
  name: 'sources-opc-ua',
  about: 'values that an OPC UA server reports, from its notification to the committed outbox',
  run: async ({ full }) => [await measure(full ? 400 : 60)],
};
