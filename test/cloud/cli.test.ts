import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { SECRET, withFolder } from './test-cloud.ts';
import { connectEdge, encodeBatch, heatDescription, T0, uplink } from './test-edge.ts';

const CLI = fileURLToPath(import.meta.resolve('@meetbrug/cloud/src/cli.ts'));

function start(args: readonly string[], ipc = false) {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  const output = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.err += chunk;
  });
  const exited = once(child, 'exit').then(([code]) => ({ code, ...output }));
  return { child, output, exited };
}

function writeConfig(folder: string, more = ''): string {
  writeFileSync(join(folder, 'secret'), SECRET);
  const file = join(folder, 'cloud.yaml');
  writeFileSync(
    file,
    `publicBaseUrl: http://127.0.0.1:0
organisations: [{ name: demo, label: Demo }]
edges: [{ name: edge-a, organisation: demo, secretFile: secret }]
${more || 'http: { port: 0 }\nmqtt: { port: 0 }'}
`,
  );
  return file;
}

async function portsOf(output: { out: string }): Promise<{ http: number; mqtt: number }> {
  await expect.poll(() => output.out, { timeout: 10_000 }).toContain('"ports"');
  const line = output.out.split('\n').find((text) => text.includes('"ports"')) ?? '{}';
  return JSON.parse(line).ports;
}

describe('meetbrug-cloud', () => {
  test.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)('serves until %s and stops cleanly', async (end) => {
    await withFolder(async (folder) => {
      const { child, output, exited } = start(
        ['serve', '--config', writeConfig(folder), '--data-dir', join(folder, 'd')],
        true,
      );
      const ports = await portsOf(output);
      expect((await fetch(`http://127.0.0.1:${ports.http}/readyz`)).status).toBe(200);
      const edge = await connectEdge(ports.mqtt);
      edge.client.on('error', () => undefined);
      const asked = performance.now();
      if (end === 'disconnect') child.disconnect();
      else child.kill(end);
      expect((await exited).code).toBe(0);
      expect(performance.now() - asked).toBeLessThan(2_000);
      expect(output.out).toContain('"stopped"');
      await edge.end();
    });
  });

  test('ends with exit code 1 and acknowledges nothing when the log cannot commit', async () => {
    await withFolder(async (folder) => {
      const { output, exited } = start(['serve', '--config', writeConfig(folder), '--data-dir', folder]);
      const edge = await connectEdge((await portsOf(output)).mqtt);
      edge.client.on('error', () => undefined);
      const intruder = new Database(join(folder, 'cloud.sqlite'));
      intruder.exec('BEGIN IMMEDIATE');
      const description = heatDescription(1);
      const batch = { datastreams: [[description.datastream, 1]] as const, descriptions: [description] };
      let acknowledged = false;
      const published = edge.publish('batch', encodeBatch({ ...batch, uplinks: [uplink(1, T0, '1')] })).then(
        () => {
          acknowledged = true;
        },
        () => undefined,
      );
      const { code, err } = await exited;
      expect(code).toBe(1);
      expect(err).toMatch(/^meetbrug-cloud: the log can take nothing more: .*database is locked\n$/);
      await edge.end();
      await published;
      expect([acknowledged, edge.acknowledgements]).toEqual([false, []]);
      intruder.exec('ROLLBACK');
      expect(intruder.prepare('SELECT ordinal FROM log').all()).toEqual([]);
      intruder.close();
    });
  });

  test('names the setting when a port is in use, and nothing of the program', async () => {
    await withFolder(async (folder) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      for (const [setting, more] of [
        ['http.port', `http: { port: ${port} }\nmqtt: { port: 0 }`],
        ['mqtt.port', `http: { port: 0 }\nmqtt: { port: ${port} }`],
      ] as const) {
        const { code, err } = await start(['serve', '--config', writeConfig(folder, more), '--data-dir', folder])
          .exited;
        expect([code, err]).toEqual([
          1,
          `meetbrug-cloud: ${setting}: cannot listen on 127.0.0.1:${port}: the port is in use\n`,
        ]);
      }
      server.close();
    });
  });

  test.each([
    ['a setting that does not exist', 'htpp: { port: 1 }', 'htpp'],
    ['a port beyond the range', 'http: { port: 99999 }', 'http.port'],
  ])('check lists %s', async (_, more, expected) => {
    await withFolder(async (folder) => {
      const { code, err } = await start(['check', '--config', writeConfig(folder, more)]).exited;
      expect(code).toBe(1);
      expect(err).toContain(expected);
      expect(err).not.toContain('    at ');
    });
  });

  test('check says that a configuration is usable', async () => {
    await withFolder(async (folder) => {
      const { code, out } = await start(['check', '--config', writeConfig(folder)]).exited;
      expect([code, out]).toEqual([0, `${join(folder, 'cloud.yaml')} is usable\n`]);
    });
  });

  test('a data folder that cannot be used is one message', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'file');
      writeFileSync(file, '');
      const { code, err } = await start(['serve', '--config', writeConfig(folder), '--data-dir', join(file, 'd')])
        .exited;
      expect(code).toBe(1);
      expect(err).toMatch(/^meetbrug-cloud: --data-dir: .*\n$/);
    });
  });

  test('a store that is none is one message', async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, 'cloud.sqlite'), 'this is not a database, and long enough to be read as a header');
      const { code, err } = await start(['serve', '--config', writeConfig(folder), '--data-dir', folder]).exited;
      expect(code).toBe(1);
      expect(err).toMatch(/^meetbrug-cloud: --data-dir: .*\n$/);
    });
  });
});
