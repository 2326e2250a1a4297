import { createFleet } from '../fleet/create-fleet.ts';
import { createInstallation } from '../harness/installation.ts';
import { BENCH_FLEET } from './bench-fleet.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { median } from './bench-row.ts';
import { startChild } from './child.ts';
import type { PublishRun } from './publish-uplinks.ts';
import { shippedEdge } from './shipped-edge.ts';

const WARM_UP = 5_000;

async function publish(port: number, connections: number, counted: number): Promise<number> {
  const run: PublishRun = {
    port,
    connections,
    fleet: BENCH_FLEET,
    startMs: Date.now(),
    warmUp: WARM_UP,
    counted,
  };
  const publisher = startChild('publish-uplinks.ts', [JSON.stringify(run)]);
  return (await publisher.next<{ uplinksPerSecond: number }>()).uplinksPerSecond;
}

async function measureBare(connections: number, uplinks: number): Promise<number> {
  const broker = startChild('baseline/bare-aedes.ts');
  try {
    const { port } = await broker.next<{ port: number }>();
    return await publish(port, connections, uplinks);
  } finally {
    await broker.stop();
  }
}

/** The shipped edge, its cloud away: from MQTT to the committed outbox, decoded and normalised. */
async function measureEdge(connections: number, uplinks: number): Promise<number> {
  const installation = await createInstallation({
    fleet: createFleet(BENCH_FLEET),
    edge: shippedEdge,
  });
  try {
    await installation.edge.start();
    return await publish(Number(new URL(installation.edgeMqttUrl).port), connections, uplinks);
  } finally {
    await installation.remove();
  }
}

async function measure(connections: number, uplinks: number, rounds: number): Promise<BenchRow> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await measureBare(connections, uplinks));
    ours.push(await measureEdge(connections, uplinks));
  }
  return {
    what: `edge: uplinks to committed outbox, ${connections} connection${connections === 1 ? '' : 's'}`,
    unit: 'uplinks/s',
    ours: median(ours),
    baseline: { what: 'bare aedes', value: median(bare) },
    budget: { ratio: 0.5, atLeast: 15_000 },
  };
}

export const edgePipeline: Bench = {
  name: 'edge-pipeline',
  about: 'uplinks over MQTT QoS 1 into the committed outbox, beside a broker that stores nothing',
  run: async ({ full }) => {
    const uplinks = full ? 200_000 : 30_000;
    return [await measure(1, uplinks, 3), await measure(10, uplinks, 3)];
  },
};
