import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
const SECRET = 'a-secret-that-nobody-may-read';

function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output.text += chunk;
    });
  }
  return { child, output, ended: once(child, 'exit').then(([code]) => ({ code, text: output.text })) };
}

/** A cloud and a network server that close every connection: the edge has something to complain of. */
async function startRefusing() {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

test('an edge says when it ran and where its audit log stands, and no secret', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-edge-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const port = await startRefusing();
  writeFileSync(join(folder, 'secret'), SECRET);
  writeFileSync(
    join(folder, 'edge.yaml'),
    `edge: demo-edge
organisation: demo
broker: { port: 0 }
http: { port: 0 }
cloud: { url: mqtt://127.0.0.1:${port}, secretFile: secret }
sources:
  - { name: upstream, url: 'mqtt://127.0.0.1:${port}', username: u, passwordFile: secret, topics: ['application/+/device/+/event/up'] }
`,
  );
  const dataDir = join(folder, 'data');
  const edge = run('run', '--config', join(folder, 'edge.yaml'), '--data-dir', dataDir);
  await expect.poll(() => edge.output.text, { timeout: 20_000 }).toContain('head of the audit log');
  edge.child.kill('SIGTERM');
  const { text } = await edge.ended;
  const log = readFileSync(join(dataDir, 'audit', 'audit-000001.jsonl'), 'utf8');
  const events = log
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).event);
  expect(events).toEqual(['start', 'stop']);
  expect(text + log).not.toContain(SECRET);

  const [head] = [...text.matchAll(/"hash":"([0-9a-f]{64})"/g)].map(([, hash]) => hash).slice(-1);
  const verdict = await run('audit', '--data-dir', dataDir, '--head', head ?? '').ended;
  expect(verdict).toEqual({ code: 0, text: `entries 1 to 2 follow each other; head ${head}\n` });
  const strange = await run('audit', '--data-dir', dataDir, '--head', 'f'.repeat(64)).ended;
  expect([strange.code, strange.text]).toEqual([1, expect.stringContaining('no line has the hash')]);
});
