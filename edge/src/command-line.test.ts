import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planMessage } from './intake/plan-message.ts';
import { listen } from './listen.ts';
import {
  HEAT_SAMPLE,
  openTestOutbox,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from './testing/edge-fixture.ts';
import { commitUplinks, counters, intakeRules } from './testing/planned-uplinks.ts';

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

  it('names the codec of a model that cannot be opened', async () => {
    const codec = join(directory.path, 'radar.js');
    writeFileSync(codec, 'function decodeUplink( {');
    const field = '{ path: a, property: air-temperature, unit: Cel }';
    const models = `models: { radar: { manufacturer: M, model: R, codec: radar.js, fields: [${field}] } }\n`;
    const run = runCli('check', '--config', writeConfig(EPHEMERAL + models));
    expect(await run.exited).toBe(1);
    expect(run.stderr).toMatch(/\nmodels\.radar\.codec: .+\n$/);
  });

  it('names the files that cannot be read, with the codec that cannot be opened', async () => {
    const field = '{ path: a, property: air-temperature, unit: Cel }';
    const models = `models: { radar: { manufacturer: M, model: R, codec: radar.js, fields: [${field}] } }\n`;
    const files = 'cloud: { secretFile: gone }\nlorawan: { sessionsFile: sessions.json }\n';
    const run = runCli('check', '--config', writeConfig(EPHEMERAL + files + models));
    expect(await run.exited).toBe(1);
    const paths = run.stderr.split('\n').map((line) => line.split(': ')[0]);
    expect(paths.slice(1)).toEqual(['cloud.secretFile', 'lorawan.sessionsFile', 'models.radar.codec', '']);
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
    const run = runCli('quarantine', '--data-dir', directory.path, '--json');
    expect(await run.exited).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({
      time: '1970-01-01T00:00:00Z',
      reason: 'not-json',
      detail: 'no end',
      topic: 't',
      raw: 'ew==',
    });
  });

  it('lists the quarantine for people, with how many there are for each reason', async () => {
    const { outbox } = openTestOutbox(directory.path);
    const record = { detail: 'no end', topic: 't', payload: Buffer.from('{') };
    outbox.commit((writer) => {
      writer.addQuarantine({ ...record, receivedMs: 0, reason: 'not-json' });
      writer.addQuarantine({ ...record, receivedMs: 86_400_000, reason: 'bad-time' });
    });
    outbox.close();
    const run = runCli('quarantine', '--data-dir', directory.path, '--from', '1970-01-02T00:00:00Z');
    expect(await run.exited).toBe(0);
    expect(run.stdout).toBe('1970-01-02T00:00:00Z  bad-time  -  no end\n1 record\n       1  bad-time\n');
  });

  it('lists unknown devices as entries of edge.yaml, and runs what waits again', async () => {
    const { outbox } = openTestOutbox(directory.path);
    const planned = planMessage(sampleMessage(HEAT_SAMPLE), intakeRules(testConfig({ devices: [] })), () => false);
    if (planned.kind !== 'quarantine') expect.fail(planned.kind);
    outbox.commit((writer) => writer.addQuarantine(planned.record));
    outbox.close();
    const discover = runCli('discover', '--data-dir', directory.path);
    expect(await discover.exited).toBe(0);
    expect(discover.stdout).toContain('  - devEui: "24E124136C140001"\n    profile: milesight-em300-th\n');
    const config = writeConfig(EPHEMERAL);
    const asked = ['--config', config, '--data-dir', directory.path, '--reason', 'unknown-device', 'not-json'];
    const dry = runCli('replay', ...asked, '--dry-run');
    expect(await dry.exited).toBe(0);
    expect(dry.stdout).toBe('would be: 1 still-failing (1 unknown-device)\n');
    const run = runCli('replay', ...asked);
    expect(await run.exited).toBe(0);
    expect(run.stdout).toMatch(/^request 1: /);
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
