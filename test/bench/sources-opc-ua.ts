import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { STATION_NAMESPACE, Station } from '../opc-ua/station.ts';
import { edgeMetric } from '../sources/installed-values.ts';
import type { Bench, BenchRow } from './bench-row.ts';

const NODES = 200;
const ROUNDS = 20;
/** The library of the station looks at a node every 50 ms at most. */
const SAMPLING_MS = 50;
/** Longer than all rounds take. */
const PUBLISHING_MS = 3_000;
const COMMITTED = 'meetbrug_edge_uplinks_committed_total';
const READY_MS = 60_000;
/** Nothing more of a report comes after so long. */
const QUIET_MS = 1_000;

/** Every node is a device of its own, so that each value is one uplink. */
const names = Array.from({ length: NODES }, (_, index) => `Level${index}`);

function edgeSettings(url: string) {
  const nodes = names.map((name) => ({ node: `nsu=${STATION_NAMESPACE};s=${name}`, device: name, field: 'level' }));
  const timing = { samplingIntervalMs: SAMPLING_MS, publishingIntervalMs: PUBLISHING_MS };
  const fields = [{ path: 'level', property: 'water-level-local', unit: 'mm' }];
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

interface Taken {
  readonly count: number;
  readonly seconds: number;
}

/** What the station kept until its next report, from the first of it that is committed to the last. */
async function takeReport(installation: Installation, expected: number): Promise<Taken> {
  const before = await edgeMetric(installation, COMMITTED);
  const first = await waitFor(
    async () =>
      (await edgeMetric(installation, COMMITTED)) > before ? edgeMetric(installation, COMMITTED) : undefined,
    READY_MS,
    () => `nothing of a report was committed:\n${installation.edge.output()}`,
  );
  const startedMs = performance.now();
  let last = { count: first, ms: startedMs };
  while (last.count < before + expected && performance.now() - last.ms < QUIET_MS) {
    const count = await edgeMetric(installation, COMMITTED);
    if (count > last.count) last = { count, ms: performance.now() };
  }
  return { count: last.count - first, seconds: (last.ms - startedMs) / 1_000 };
}

async function measure(reports: number): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bench-opc-ua-'));
  const station = await Station.start({ pkiFolder: folder, variables: names.map((name) => ({ name })) });
  const installation = await createInstallation({ devices, edgeSettings: () => edgeSettings(station.url) });
  try {
    await station.set(...names.map((name) => ({ name, value: 0, time: 0 })));
    await installation.edge.start();
    // The first report is that the edge has subscribed.
    await takeReport(installation, NODES);
    const taken: Taken[] = [];
    for (let report = 0; report < reports; report += 1) {
      await station.ramp(names, report * ROUNDS + 1, (report + 1) * ROUNDS);
      taken.push(await takeReport(installation, ROUNDS * NODES));
    }
    const sum = (of: keyof Taken) => taken.reduce((total, one) => total + one[of], 0);
    return {
      what: `edge: values of an OPC UA station, ${NODES} nodes, ${ROUNDS} values of each in a report`,
      unit: 'uplinks/s',
      ours: sum('count') / sum('seconds'),
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
  run: async ({ full }) => [await measure(full ? 10 : 3)],
};
