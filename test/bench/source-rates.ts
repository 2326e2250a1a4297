import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFleet } from '../fleet/create-fleet.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { BENCH_FLEET } from './bench-fleet.ts';
import type { Bench, BenchRow } from './bench-row.ts';
import { startChild } from './child.ts';
import type { PublishRun } from './publish-uplinks.ts';
import { readMetric } from './read-metric.ts';
import { shippedEdge } from './shipped-edge.ts';

const POLL_MS = 10;
const PARALLEL_POSTS = 32;

const committed = ({ edgeHttpUrl }: Installation) => readMetric(edgeHttpUrl, 'meetbrug_edge_uplinks_committed_total');

async function untilCommitted(installation: Installation, count: number): Promise<void> {
  while ((await committed(installation)) < count) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

function install(sources: readonly object[]): Promise<Installation> {
  return createInstallation({
    fleet: createFleet(BENCH_FLEET),
    edge: shippedEdge,
    edgeSettings: () => ({ heat: { indices: [] }, sources }),
  });
}

/** The edge as a client of a network server's broker. */
async function measureUpstream(uplinks: number): Promise<BenchRow> {
  const broker = startChild('baseline/bare-aedes.ts');
  const { port } = await broker.next<{ port: number }>();
  const installation = await install([
    { name: 'upstream', url: `mqtt://127.0.0.1:${port}`, topics: ['application/+/device/+/event/up'] },
  ]);
  try {
    await installation.edge.start();
    const run: PublishRun = {
      port,
      connections: 1,
      fleet: BENCH_FLEET,
      startMs: Date.now(),
      warmUp: 0,
      counted: uplinks,
    };
    const startedMs = performance.now();
    const publisher = startChild('publish-uplinks.ts', [JSON.stringify(run)]);
    await Promise.all([publisher.next(), untilCommitted(installation, uplinks)]);
    return rowOf('an upstream broker, QoS 1', uplinks, startedMs);
  } finally {
    await installation.remove();
    await broker.stop();
  }
}

async function measureWebhook(uplinks: number): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bench-webhook-'));
  const secret = randomBytes(32).toString('hex');
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, secret, { mode: 0o600 });
  const installation = await install([{ kind: 'webhook', name: 'posts', format: 'chirpstack-v4', secretFile }]);
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL_POSTS });
  try {
    await installation.edge.start();
    const stream = createFleet(BENCH_FLEET).messages(Date.now());
    const bodies = Array.from({ length: uplinks }, () => stream.next().value.body);
    const url = `${installation.edgeHttpUrl}/in/posts?event=up`;
    const startedMs = performance.now();
    let next = 0;
    const postSome = async () => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await post(url, secret, body, agent);
    };
    await Promise.all(Array.from({ length: PARALLEL_POSTS }, postSome));
    return rowOf(`a webhook, ${PARALLEL_POSTS} posts at a time`, uplinks, startedMs);
  } finally {
    agent.destroy();
    await installation.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function post(url: string, secret: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function rowOf(source: string, uplinks: number, startedMs: number): BenchRow {
  const seconds = (performance.now() - startedMs) / 1_000;
  return { what: `edge: uplinks through ${source}`, unit: 'uplinks/s', ours: uplinks / seconds, budget: {} };
}

export const sourceRates: Bench = {
  name: 'sources',
  about: 'uplinks through the sources beside the own broker, each answered after its commit',
  run: async ({ full }) => {
    const uplinks = full ? 50_000 : 5_000;
    return [await measureUpstream(uplinks), await measureWebhook(uplinks)];
  },
};
