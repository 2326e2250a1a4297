import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen } from './listen.ts';
import { openTestOutbox, RECEIVED_MS, temporaryDirectory } from './testing/edge-fixture.ts';
import { commitUplinks, counters } from './testing/planned-uplinks.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
const EPHEMERAL = 'edge: demo-edge\norganisation: demo\nbroker: { port: 0 }\nhttp: { port: 0 }\n';

let directory: ReturnType<typeof temporaryDirectory>;
let child: ChildProcess | undefined;
let occupier: Server | undefined;

beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  child?.kill('SIGKILL');
  occupier?.close();
  occupier = undefined;
  directory.remove();
});

function runCli(...parameters: string[]) {
  const run = { stdout: '', stderr: '', exited: Promise.resolve<number | null>(null), process: {} as ChildProcess };
  const started = spawn(process.execPath, [CLI, ...parameters], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  started.stdout?.on('data', (text) => {
    run.stdout += text;
  });
  started.stderr?.on('data', (text) => {
    run.stderr += text;
  });
  // Not `close`: it does not come for a child whose channel the parent has disconnected.
  const ended = [once(started.stdout as Readable, 'end'), once(started.stderr as Readable, 'end')];
  run.exited = Promise.all([once(started, 'exit'), ...ended]).then(([[code]]) => code as number | null);
  run.process = started;
  child = started;
  return run;
}

function writeConfig(yaml: string): string {
  const file = join(directory.path, 'edge.yaml');
  writeFileSync(file, yaml);
  return file;
}

describe('meetbrug-edge', () => {
  it('names the setting when a port is in use, without a stack trace', async () => {
    occupier = createServer();
    const port = await listen(occupier, 'test', { host: '127.0.0.1', port: 0 });
    const config = writeConfig(`edge: demo-edge\norganisation: demo\nbroker: { port: ${port} }\nhttp: { port: 0 }\n`);
    const run = runCli('run', '--config', config);
    expect(await run.exited).toBe(1);
    expect(run.stderr).toBe(
      `meetbrug-edge: broker.port: 127.0.0.1:${port} is in use by another program: stop that or change the port\n`,
    );
  });

  it('names the setting when the secret is missing', async () => {
    const run = runCli('run', '--config', writeConfig(`${EPHEMERAL}cloud: { secretFile: no-such-file }\n`));
    expect(await run.exited).toBe(1);
    expect(run.stderr).toMatch(/^meetbrug-edge: cloud\.secretFile: cannot read .*no-such-file: ENOENT.*\n$/);
  });

  it('lists every fault of a configuration', async () => {
    const run = runCli('check', '--config', writeConfig('edge: Demo\nbroker: { port: x }\n'));
    expect(await run.exited).toBe(1);
    expect(run.stderr.split('\n')).toHaveLength(5);
    expect(run.stderr).toMatch(/^edge: .*\norganisation: .*\nbroker\.port: .*\n$/m);
  });

  it.each([
    ['SIGTERM', (run: ChildProcess) => run.kill('SIGTERM')],
    ['SIGINT', (run: ChildProcess) => run.kill('SIGINT')],
    ['a lost parent', (run: ChildProcess) => run.disconnect()],
  ])('says its ports when it is ready and stops on %s', async (_, stop) => {
    const run = runCli('run', '--config', writeConfig(EPHEMERAL));
    await vi.waitFor(() => expect(run.stdout).toContain('"msg":"ready"'), { timeout: 15_000 });
    const line = run.stdout.split('\n').find((text) => text.includes('"msg":"ready"')) ?? '';
    const { ports } = JSON.parse(line) as { ports: { mqtt: number; http: number } };
    expect(ports.mqtt).toBeGreaterThan(0);
    expect((await fetch(`http://127.0.0.1:${ports.http}/healthz`)).status).toBe(200);
    stop(run.process);
    expect(await run.exited).toBe(0);
    expect(run.stderr).toBe('');
  });

  it('lists the quarantine as JSON lines', async () => {
    const { outbox } = openTestOutbox(directory.path);
    const payload = Buffer.from('{');
    outbox.commit((writer) =>
      writer.addQuarantine({ receivedMs: 0, reason: 'not-json', detail: 'no end', topic: 't', payload }),
    );
    outbox.close();
    const run = runCli('quarantine', '--data-dir', directory.path);
    expect(await run.exited).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({
      time: '1970-01-01T00:00:00Z',
      reason: 'not-json',
      detail: 'no end',
      topic: 't',
      raw: 'ew==',
    });
  });

  it('asks for kept uplinks to be sent again, and says how many', async () => {
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, counters(3));
    outbox.close();
    const time = (ms: number) => new Date(ms).toISOString();
    const asked = ['--from', time(RECEIVED_MS), '--to', time(RECEIVED_MS + 1), '--data-dir', directory.path];
    const run = runCli('resend', ...asked);
    expect(await run.exited).toBe(0);
    expect(run.stdout).toBe('request 1: 3 uplinks will be sent, after live data\n');
  });

  it.each([
    [
      'a time without a zone',
      ['--from', '2026-11-24T12:00:00'],
      /^meetbrug-edge: --from: .* is no time with its zone, such as/,
    ],
    ['a folder without an outbox', ['--data-dir', '/nowhere'], /^meetbrug-edge: --data-dir: there is no outbox\.db in/],
  ])('refuses to send again with %s', async (_, changed, message) => {
    openTestOutbox(directory.path).outbox.close();
    const asked = ['--from', '2026-11-24T00:00:00Z', '--to', '2026-11-25T00:00:00Z', '--data-dir', directory.path];
    const run = runCli('resend', ...asked, ...changed);
    expect(await run.exited).toBe(1);
    expect(run.stderr).toMatch(message);
  });
});
