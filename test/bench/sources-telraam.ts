import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInstallation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { edgeMetric } from '../sources/installed-values.ts';
import type { Bench, BenchRow } from './bench-row.ts';

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;
const FIRST_SEGMENT = 9_000_000_001;
const COMMITTED = 'meetbrug_edge_uplinks_committed_total';
const WAIT_MS = 120_000;

const COUNTS = [
  ['car', 'car-count'],
  ['heavy', 'heavy-vehicle-count'],
  ['bike', 'bicycle-count'],
  ['pedestrian', 'pedestrian-count'],
] as const;

/** A row of a report, with the fields of Telraam's API. */
function row(segment: number, ms: number): object {
  const number = (ms / HOUR_MS) % 97;
  const counts = COUNTS.flatMap(([name]) => [
    [name, number * 2.5],
    [`${name}_lft`, number],
    [`${name}_rgt`, number * 1.5],
  ]);
  const speeds = [10, 22, 38, 21, 6, 2, 1, 0];
  return {
    instance_id: -1,
    segment_id: segment,
    date: new Date(ms).toISOString(),
    interval: 'hourly',
    uptime: 0.92,
    ...Object.fromEntries(counts),
    direction: 1,
    car_speed_hist_0to70plus: speeds,
    car_speed_hist_0to120plus: [...speeds, ...speeds, ...speeds],
    v85: 38.5,
    timezone: 'Europe/Brussels',
  };
}

/** The API, which answers every question with a row for each hour of it. `asked` is called with the first. */
async function startApi(asked: () => void): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(async (request, response) => {
    asked();
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { id, time_start, time_end } = JSON.parse(text) as Record<'id' | 'time_start' | 'time_end', string>;
    const [fromMs, toMs] = [time_start, time_end].map((time) => Date.parse(time.replace(' ', 'T'))) as [number, number];
    const hours = Array.from({ length: (toMs - fromMs) / HOUR_MS }, (_, hour) => fromMs + hour * HOUR_MS);
    const report = hours.map((ms) => row(Number(id), ms));
    response.end(JSON.stringify({ status_code: 200, message: 'ok', report }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/reports/traffic` };
}

async function measure(segmentCount: number, days: number): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bench-telraam-'));
  const apiKeyFile = join(folder, 'key');
  writeFileSync(apiKeyFile, 'key\n', { mode: 0o600 });
  let startedMs: number | undefined;
  const { server, url } = await startApi(() => {
    startedMs ??= performance.now();
  });
  const segments = Array.from({ length: segmentCount }, (_, index) => FIRST_SEGMENT + index);
  const fields = COUNTS.map(([path, property]) => ({ path, property, unit: '{count}', overInterval: true }));
  const installation = await createInstallation({
    devices: segments.map((segment) => ({
      id: String(segment),
      model: 'telraam',
      intervalSeconds: HOUR_MS / 1_000,
      at: { name: `street-${segment}`, label: 'Straat', longitude: 4.4, latitude: 51.2 },
    })),
    edgeSettings: () => ({
      models: { telraam: { manufacturer: 'Telraam', model: 'S2', fields } },
      sources: [{ kind: 'telraam', name: 'counters', url, apiKeyFile, segments, backfillDays: days }],
    }),
  });
  try {
    const wanted = segmentCount * days * HOURS_A_DAY;
    await installation.edge.start();
    await waitFor(
      async () => ((await edgeMetric(installation, COMMITTED)) >= wanted ? true : undefined),
      WAIT_MS,
      () => `not all of ${wanted} hours were committed:\n${installation.edge.output()}`,
    );
    const seconds = (performance.now() - (startedMs ?? Number.NaN)) / 1_000;
    const what = `edge: hours of Telraam counters, ${days} days of ${segmentCount} segments`;
    return { what, unit: 'uplinks/s', ours: wanted / seconds, budget: {} };
  } finally {
    await installation.remove();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const sourcesTelraam: Bench = {
  name: 'sources-telraam',
  about: 'hours of traffic counts, from the first request of the API to the committed outbox',
  run: async ({ full }) => [full ? await measure(20, 89) : await measure(5, 40)],
};
