import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAuditLine } from '@meetbrug/protocols/audit';
import { describe, expect, test } from 'vitest';
import { SECRET, withFolder } from './test-cloud.ts';
import { closeOf, connect, connectEdge } from './test-edge.ts';

const CLI = fileURLToPath(import.meta.resolve('@meetbrug/cloud/src/cli.ts'));
const WRONG = 'a-wrong-secret-of-a-stranger';

function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const output = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.err += chunk;
  });
  const ended = once(child, 'exit').then(([code]) => ({ code, ...output }));
  return { child, output, ended };
}

function writeConfig(folder: string, port: string): string {
  writeFileSync(join(folder, 'secret'), SECRET);
  const file = join(folder, 'cloud.yaml');
  writeFileSync(
    file,
    `publicBaseUrl: http://127.0.0.1:0
http: { port: 0 }
mqtt: { port: ${port} }
organisations: [{ name: demo, label: Demo }]
edges: [{ name: edge-a, organisation: demo, secretFile: secret }]
`,
  );
  return file;
}

function auditText(dataDir: string): string {
  const folder = join(dataDir, 'audit');
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

const eventsOf = (dataDir: string) =>
  auditText(dataDir)
    .split('\n')
    .slice(0, -1)
    .map((line) => parseAuditLine(line)?.event);

describe('the audit log of a cloud', { timeout: 60_000 }, () => {
  test('says who came, who was shut out and when it ran, is verified by a command, and holds no secret', async () => {
    await withFolder(async (folder) => {
      const dataDir = join(folder, 'data');
      const config = writeConfig(folder, '0');
      const serve = run('serve', '--config', config, '--data-dir', dataDir);
      await expect.poll(() => serve.output.out, { timeout: 20_000 }).toContain('"ports"');
      const ready = serve.output.out.split('\n').find((line) => line.includes('"ports"')) ?? '{}';
      const { mqtt } = JSON.parse(ready).ports;

      const stranger = connect(mqtt, 'edge-a', { password: WRONG });
      stranger.on('error', () => undefined);
      await closeOf(stranger);
      await stranger.endAsync(true);
      const first = await connectEdge(mqtt);
      first.client.on('error', () => undefined);
      const second = await connectEdge(mqtt);
      await first.end();
      await second.end();
      const revoke = await run('gateways', 'revoke', '--edge', 'edge-a', '--config', config, '--data-dir', dataDir)
        .ended;
      expect(revoke).toMatchObject({ code: 0, out: 'edge-a is revoked\n' });
      serve.child.kill('SIGTERM');
      const { out, err, code } = await serve.ended;
      expect(code).toBe(0);

      expect(eventsOf(dataDir)).toEqual(['start', 'link-refused', 'gateway-revoked', 'connection-taken-over', 'stop']);
      for (const text of [out, err, auditText(dataDir)]) {
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(WRONG);
      }

      const heads = [...out.matchAll(/"audit":\{"sequence":\d+,"hash":"([0-9a-f]{64})"\}/g)].map(
        ([, hash]) => hash ?? '',
      );
      expect(heads).toHaveLength(2);
      for (const head of heads) {
        const { code, out } = await run('audit', '--data-dir', dataDir, '--head', head).ended;
        expect([code, out]).toEqual([0, expect.stringContaining('entries 1 to 5 follow each other')]);
      }

      const file = join(dataDir, 'audit', 'audit-000001.jsonl');
      writeFileSync(file, auditText(dataDir).replace('gateway-revoked', 'gateway-invited'));
      const verdict = await run('audit', '--data-dir', dataDir).ended;
      expect([verdict.code, verdict.err]).toEqual([1, expect.stringContaining('audit-000001.jsonl, line 4:')]);
    });
  });
});
