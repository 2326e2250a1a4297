import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeBody } from '@meetbrug/cloud/src/ingest/link-body.ts';
import { type Acknowledgement, acknowledgementSchema, linkTopic } from '@meetbrug/protocols/delivery';
import mqtt, { type MqttClient } from 'mqtt';
import { createFleet } from '../fleet/create-fleet.ts';
import { createInstallation } from '../harness/installation.ts';
import { appendBare, type BareRow } from './baseline/bare-sqlite.ts';
import { type Bench, median } from './bench-row.ts';
import { BATCH_OBSERVATIONS, DATASTREAMS, encodedBatch, plainBatch } from './ingest-batches.ts';

/** Batches that are sent and not yet acknowledged, as the edge's own link keeps them. */
const IN_FLIGHT = 8;
const TICK_BATCHES = DATASTREAMS / BATCH_OBSERVATIONS;

function measureBare(batches: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bare-'));
  try {
    let ordinal = 0;
    const rows = Array.from({ length: batches }, (_, number) =>
      plainBatch(number).map(({ datastream, beginMs, mantissa }): BareRow => {
        ordinal += 1;
        return [
          1,
          ordinal,
          beginMs,
          datastream,
          beginMs,
          null,
          beginMs,
          beginMs,
          mantissa,
          1,
          0,
          number,
          1,
          2,
          null,
          null,
        ];
      }),
    );
    return appendBare(join(folder, 'bare.sqlite'), rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readAcknowledgement(payload: Uint8Array): Acknowledgement {
  const body = decodeBody(payload);
  if (!body.ok) throw new Error(body.fault.detail);
  return acknowledgementSchema.parse(body.value);
}

function encodedBatches(from: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => encodedBatch(from + index));
}

/** Sends batches and waits until the cloud has acknowledged every one after its commit. */
async function deliver(client: MqttClient, edge: string, bodies: readonly Buffer[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let sent = 0;
    let acknowledged = 0;
    const sendNext = () => {
      const body = bodies[sent];
      if (body === undefined) return;
      sent += 1;
      client.publish(linkTopic(edge, 'batch'), body, { qos: 1 });
    };
    client.removeAllListeners('message');
    client.on('message', (_topic, payload) => {
      const answer = readAcknowledgement(payload);
      if (answer.refused.length > 0 || answer.describe.length > 0)
        reject(new Error(`not taken: ${JSON.stringify(answer)}`));
      acknowledged += 1;
      if (acknowledged === bodies.length) resolve();
      else sendNext();
    });
    for (let slot = 0; slot < IN_FLIGHT; slot += 1) sendNext();
  });
}

/** The shipped cloud over MQTT: decompressed, validated, deduplicated, into log, series and latest values. */
async function measureCloud(preloadedBatches: number, batches: number): Promise<number> {
  const installation = await createInstallation({ fleet: createFleet({ devices: 1 }) });
  const { url, edge, secretFile } = installation.link;
  try {
    await installation.cloud.start();
    const client = await mqtt.connectAsync(url, {
      username: edge,
      password: readFileSync(secretFile, 'utf8').trim(),
      reconnectPeriod: 0,
    });
    await client.subscribeAsync(linkTopic(edge, 'acknowledgement'), { qos: 1 });
    for (let from = 0; from < preloadedBatches; from += TICK_BATCHES) {
      await deliver(client, edge, encodedBatches(from, TICK_BATCHES));
    }
    const seconds: number[] = [];
    for (let from = preloadedBatches; from < preloadedBatches + batches; from += TICK_BATCHES * 5) {
      const bodies = encodedBatches(from, TICK_BATCHES * 5);
      const startedMs = performance.now();
      await deliver(client, edge, bodies);
      seconds.push((performance.now() - startedMs) / 1000);
    }
    await client.endAsync();
    return (TICK_BATCHES * 5 * BATCH_OBSERVATIONS) / median(seconds);
  } finally {
    await installation.remove();
  }
}

export const cloudIngest: Bench = {
  name: 'cloud-ingest',
  about: `observations in batches of ${BATCH_OBSERVATIONS} over ${DATASTREAMS} datastreams into log, series and latest values`,
  run: async ({ full }) => {
    const rows = full ? 10_000_000 : 400_000;
    const batches = TICK_BATCHES * 25;
    return [
      {
        what: `cloud: observations into the committed log, at ${rows.toLocaleString('en')} rows`,
        unit: 'observations/s',
        ours: await measureCloud(rows / BATCH_OBSERVATIONS, batches),
        baseline: { what: 'bare SQLite', value: measureBare(batches) },
        budget: { ratio: 0.2, value: 50_000 },
      },
    ];
  },
};
