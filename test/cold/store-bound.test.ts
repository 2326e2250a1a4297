import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { expect, test } from 'vitest';
import { SECRET, withFolder } from '../cloud/test-cloud.ts';
import { closeOf, connectEdge, heatDescription, T0, uplink } from '../cloud/test-edge.ts';

const DESCRIPTION = heatDescription(1);
const SILENT = { info: () => undefined, warn: () => undefined, fatal: () => undefined };
const BATCH_UPLINKS = 2_000;
/** Many times the bound. */
const BATCHES_MAX = 200;

async function serve(dataDir: string, bytesMax: number): Promise<Cloud> {
  const config = parseConfig(`
http: { port: 0 }
mqtt: { port: 0 }
publicBaseUrl: https://data.example.be
organisations: [{ name: demo, label: Demo }]
store: { bytesMax: ${bytesMax} }`);
  if (!config.ok) throw new Error(config.fault.detail);
  const edges = [{ name: 'edge-a', organisation: 'demo', secret: SECRET }];
  const started = await startCloud({ config: config.value, edges }, { dataDir, logger: SILENT });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

const batch = (number: number) => ({
  datastreams: [[DESCRIPTION.datastream, 1]] as const,
  descriptions: [DESCRIPTION],
  uplinks: Array.from({ length: BATCH_UPLINKS }, (_, index) => {
    const sequence = number * BATCH_UPLINKS + index + 1;
    return uplink(sequence, T0 + sequence * 1_000, '21.5');
  }),
});

async function readiness(cloud: Cloud) {
  const response = await fetch(`http://127.0.0.1:${cloud.ports.http}/readyz`, { headers: { Connection: 'close' } });
  return { status: response.status, text: await response.text() };
}

test('a store at its bound acknowledges nothing and names the setting, until the bound is raised', {
  timeout: 60_000,
}, async () => {
  await withFolder(async (dataDir) => {
    const bounded = await serve(dataDir, 2_097_152);
    expect((await readiness(bounded)).status).toBe(200);
    const filling = await connectEdge(bounded.ports.mqtt);
    filling.client.on('error', () => undefined);
    const closed = closeOf(filling.client).then(() => 'closed' as const);
    let acknowledged = 0;
    while (acknowledged < BATCHES_MAX) {
      const outcome = await Promise.race([filling.deliver(batch(acknowledged)).catch(() => closed), closed]);
      if (outcome === 'closed') break;
      acknowledged += 1;
    }
    expect(acknowledged).toBeGreaterThan(0);
    expect(acknowledged).toBeLessThan(BATCHES_MAX);
    expect(filling.acknowledgements).toHaveLength(acknowledged);
    await filling.end();
    await expect
      .poll(() => readiness(bounded), { timeout: 10_000 })
      .toMatchObject({
        status: 503,
        text: expect.stringContaining('store.bytesMax'),
      });
    await bounded.stop();

    const raised = await serve(dataDir, 1_073_741_824);
    const edge = await connectEdge(raised.ports.mqtt);
    const { acknowledged: ranges } = await edge.deliver(batch(acknowledged));
    expect(ranges).toEqual([[acknowledged * BATCH_UPLINKS + 1, (acknowledged + 1) * BATCH_UPLINKS]]);
    expect((await readiness(raised)).status).toBe(200);
    await edge.end();
    await raised.stop();
  });
});
