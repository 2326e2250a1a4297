import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { canSimulatePowerCut, volatileDiskEnvironment } from '../power-cut/compile-shim.ts';
import { createDiskControl } from '../power-cut/disk-control.ts';
import { SECRET, withFolder } from './test-cloud.ts';
import { closeOf, connectEdge, encodeBatch, heatDescription, T0, uplink } from './test-edge.ts';

const CLI = fileURLToPath(import.meta.resolve('@meetbrug/cloud/src/cli.ts'));
const DESCRIPTION = heatDescription(1);
const BATCH_UPLINKS = 1_000;

const batch = (number: number) => ({
  datastreams: [[DESCRIPTION.datastream, 1]] as const,
  descriptions: [DESCRIPTION],
  uplinks: Array.from({ length: BATCH_UPLINKS }, (_, index) => {
    const sequence = number * BATCH_UPLINKS + index + 1;
    return uplink(sequence, T0 + sequence * 1_000, '21.5');
  }),
});

/** A cloud in a process of its own, whose disk is the simulated one. */
async function serve(folder: string) {
  writeFileSync(join(folder, 'secret'), SECRET);
  writeFileSync(
    join(folder, 'cloud.yaml'),
    `publicBaseUrl: http://127.0.0.1:0
http: { port: 0 }
mqtt: { port: 0 }
organisations: [{ name: demo, label: Demo }]
edges: [{ name: edge-a, organisation: demo, secretFile: secret }]
# What the files of closed months do on a full disk is another matter: the months of this test are long closed.
cold: { enabled: false }
`,
  );
  const control = createDiskControl(folder);
  const args = [CLI, 'serve', '--config', join(folder, 'cloud.yaml'), '--data-dir', join(folder, 'data')];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...volatileDiskEnvironment(folder), ...control.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  await expect.poll(() => output, { timeout: 20_000 }).toContain('"ports"');
  const ready = JSON.parse(output.split('\n').find((line) => line.includes('"ports"')) ?? '{}');
  return { child, control, ports: ready.ports as { http: number; mqtt: number }, output: () => output };
}

describe.skipIf(!canSimulatePowerCut())('a cloud whose disk is full', () => {
  test('acknowledges nothing, names the setting, and goes on by itself when there is room', {
    timeout: 60_000,
  }, async () => {
    await withFolder(async (folder) => {
      const { child, control, ports } = await serve(folder);
      const ready = async () => {
        const response = await fetch(`http://127.0.0.1:${ports.http}/readyz`, { headers: { Connection: 'close' } });
        return { status: response.status, text: await response.text() };
      };
      const before = await connectEdge(ports.mqtt);
      expect((await before.deliver(batch(0))).acknowledged).toEqual([[1, BATCH_UPLINKS]]);
      await before.end();

      control.setFull(true);
      const during = await connectEdge(ports.mqtt);
      during.client.on('error', () => undefined);
      const closed = closeOf(during.client);
      during.client.publish('meetbrug/v1/edge-a/batch', Buffer.from(encodeBatch(batch(1))), { qos: 1 });
      await closed;
      await during.end();
      expect(during.acknowledgements).toEqual([]);
      expect(control.counts().refusedWrites).toBeGreaterThan(0);
      expect(await ready()).toEqual({ status: 503, text: expect.stringContaining('--data-dir') });
      expect(child.exitCode).toBeNull();

      control.heal();
      const after = await connectEdge(ports.mqtt);
      const { acknowledged } = await after.deliver(batch(1));
      expect(acknowledged).toEqual([[BATCH_UPLINKS + 1, 2 * BATCH_UPLINKS]]);
      expect((await ready()).status).toBe(200);
      await after.end();
      child.kill('SIGTERM');
      expect((await once(child, 'exit'))[0]).toBe(0);
    });
  });

  test('ends on a sync that failed: what is on the disk then nobody knows', { timeout: 60_000 }, async () => {
    await withFolder(async (folder) => {
      const { child, control, ports, output } = await serve(folder);
      const exited = once(child, 'exit');
      const edge = await connectEdge(ports.mqtt);
      edge.client.on('error', () => undefined);
      control.failSync(1);
      edge.client.publish('meetbrug/v1/edge-a/batch', Buffer.from(encodeBatch(batch(0))), { qos: 1 });
      expect((await exited)[0]).toBe(1);
      expect(edge.acknowledgements).toEqual([]);
      expect(output()).toContain('the log can take nothing more');
      await edge.end();
    });
  });
});
