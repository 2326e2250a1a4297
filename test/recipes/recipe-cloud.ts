import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { localDayOf } from '@meetbrug/cloud/src/products/local-day.ts';
import { SECRET } from '../cloud/test-cloud.ts';
import { connectEdge, heatDescription, type TestBatch } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { hourlyBatches } from '../products/hourly-days.ts';

const DAY_MS = 86_400_000;
const DAYS = 8;
const CONFIG = `
publicBaseUrl: http://127.0.0.1:0
http: { port: 0 }
mqtt: { port: 0 }
organisations: [{ name: demo, label: Demo }]
products:
  settleMinutes: 0
  heatDays: [{ threshold: 30 }]
  waterAlerts: [{ organisation: demo, measuringPoint: brug, preAlarm: 3, alarm: 4 }]
`;

export const THERMOMETERS = [heatDescription(1), heatDescription(2)] as const;

function gauge(nowMs: number): TestBatch {
  const description = heatDescription(3, {
    datastream: 'brug.peil.waterpeil-mtaw.momentaan' as never,
    property: 'water-level-taw',
    measuringPoint: { name: 'brug', label: 'Brug', longitude: 3.73, latitude: 51.06 },
    sensor: { name: 'peil', manufacturer: 'Maker', model: 'Model' },
  });
  const levels = ['2.5', '3.1', '4.2', '2.2'];
  return {
    datastreams: [[description.datastream, 1]],
    descriptions: [description],
    uplinks: levels.map((level, index) => {
      const beginMs = nowMs - (levels.length - index) * 3_600_000;
      return [9_000 + index, beginMs, [[0, beginMs, null, beginMs, level, 2]]];
    }),
  };
}

/** A cloud with a week of hourly temperatures up to today, a gauge, and the products of both. */
export async function startRecipeCloud(dataDir: string): Promise<Cloud> {
  const config = parseConfig(CONFIG);
  if (!config.ok) throw new Error(config.fault.detail);
  const silent = () => undefined;
  const edges = ['edge-a', 'edge-b', 'edge-c'].map((name) => ({ name, organisation: 'demo', secret: SECRET }));
  const logger = { info: silent, warn: silent, fatal: silent };
  const started = await startCloud({ config: config.value, edges }, { dataDir, logger });
  if (!started.ok) throw new Error(started.fault.detail);
  const cloud = started.value;
  const nowMs = Date.now();
  const firstMs = localDayOf(nowMs - DAYS * DAY_MS).beginMs;
  for (const [index, description] of THERMOMETERS.entries()) {
    await deliver(cloud, ['edge-a', 'edge-b'][index] ?? '', hourlyBatches(description, firstMs, DAYS));
  }
  await deliver(cloud, 'edge-c', [gauge(nowMs)]);
  const url = `${cloud.publicBaseUrl}/metrics`;
  await waitFor(
    async () => (/published"\} (?:1[0-9]|[2-9][0-9])/.test(await (await fetch(url)).text()) ? true : undefined),
    20_000,
    () => 'no products',
  );
  return cloud;
}

async function deliver(cloud: Cloud, name: string, batches: readonly TestBatch[]): Promise<void> {
  const edge = await connectEdge(cloud.ports.mqtt, name);
  for (const batch of batches) await edge.deliver(batch);
  await edge.end();
}
