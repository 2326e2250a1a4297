import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePorts } from '../harness/free-port.ts';
import { createProgram, type Program } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';

const CLOUD_CLI = fileURLToPath(import.meta.resolve('@meetbrug/cloud/src/cli.ts'));
const EDGE_CLI = fileURLToPath(import.meta.resolve('@meetbrug/edge/src/cli.ts'));
const CUT_MS_MAX = 10_000;
const READY_MS = 20_000;

let folder: string;
let ports: { http: number; mqtt: number; edgeHttp: number };
let cloud: Program;
let edge: Program;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-gateway-cli-'));
  const [http = 0, mqtt = 0, edgeHttp = 0] = await freePorts(3);
  ports = { http, mqtt, edgeHttp };
  const data = (name: string) => ['--config', join(folder, `${name}.yaml`), '--data-dir', join(folder, name)];
  cloud = createProgram({
    name: 'cloud',
    nodeArguments: [CLOUD_CLI, 'serve', ...data('cloud')],
    healthUrl: `http://127.0.0.1:${http}/healthz`,
  });
  edge = createProgram({
    name: 'edge',
    nodeArguments: [EDGE_CLI, 'run', ...data('edge')],
    healthUrl: `http://127.0.0.1:${edgeHttp}/healthz`,
  });
  writeFileSync(
    join(folder, 'cloud.yaml'),
    `publicBaseUrl: http://127.0.0.1:${http}
http: { port: ${http} }
mqtt: { port: ${mqtt}, tls: {} }
organisations: [{ name: demo, label: Demo }]\n`,
  );
  writeEdgeConfig();
});
afterEach(async () => {
  await Promise.all([cloud.kill(), edge.kill()]);
  rmSync(folder, { recursive: true, force: true });
});

function writeEdgeConfig(more = ''): void {
  writeFileSync(
    join(folder, 'edge.yaml'),
    `edge: town-hall
organisation: demo
broker: { port: 0 }
http: { port: ${ports.edgeHttp} }
cloud:
  url: mqtts://127.0.0.1:${ports.mqtt}
  enrolUrl: http://127.0.0.1:${ports.http}
  identityDir: identity
  reconnectMsMax: 200
  ${more}\n`,
  );
}

function run(cli: string, parameters: readonly string[], input = '') {
  const config = join(folder, cli === CLOUD_CLI ? 'cloud.yaml' : 'edge.yaml');
  const all = [cli, ...parameters, '--config', config];
  return spawnSync(process.execPath, all, { encoding: 'utf8', input, timeout: READY_MS });
}

function gateways(...parameters: readonly string[]) {
  return run(CLOUD_CLI, ['gateways', ...parameters, '--data-dir', join(folder, 'cloud')]);
}

async function becomesConnected(expected: boolean, timeoutMs: number): Promise<void> {
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${ports.edgeHttp}/`, { headers: { accept: 'application/json' } });
    const status = (await response.json()) as { cloud: { connected: boolean } };
    return status.cloud.connected === expected ? true : undefined;
  };
  await waitFor(ask, timeoutMs, () => `the edge is not ${expected ? '' : 'dis'}connected:\n${edge.output()}`);
}

describe('the command lines', () => {
  test('invite, enrol, list and revoke a gateway while both programs run, and no secret is shown', {
    timeout: 90_000,
  }, async () => {
    await cloud.start();
    const invited = gateways('invite', '--edge', 'town-hall', '--hours', '1');
    expect([invited.status, invited.stdout]).toEqual([0, expect.stringMatching(/^mb1\.\S+\n$/)]);
    const enrolled = run(EDGE_CLI, ['enrol', '--code', '-'], invited.stdout);
    expect([enrolled.status, enrolled.stderr]).toEqual([0, '']);
    expect(enrolled.stdout).toContain('"town-hall" of "demo" is enrolled until');
    await edge.start();
    await becomesConnected(true, READY_MS);
    const listed = JSON.parse(gateways('list').stdout) as Record<string, unknown>;
    expect(listed).toMatchObject({ edge: 'town-hall', certificateUntil: expect.any(String), revoked: null });

    expect(gateways('revoke', '--edge', 'town-hall').status).toBe(0);
    await becomesConnected(false, CUT_MS_MAX);
    await cloud.stop();
    await cloud.start();
    await waitFor(() => (cloud.output().includes('certificate-revoked') ? true : undefined), READY_MS, cloud.output);
    expect(JSON.parse(gateways('list').stdout)).toMatchObject({ certificateUntil: null, revoked: expect.any(String) });

    const identity = JSON.parse(readFileSync(join(folder, 'identity', 'identity.json'), 'utf8')) as { keyPem: string };
    const said = [cloud.output(), edge.output(), enrolled.stdout, invited.stderr].join('\n');
    const secrets = [invited.stdout.split('.')[1] ?? '', ...identity.keyPem.split('\n').slice(1, -2), 'PRIVATE KEY'];
    expect(secrets.length).toBeGreaterThan(3);
    for (const secret of secrets) expect(said).not.toContain(secret);
    for (const name of readdirSync(join(folder, 'cloud')).filter((file) => file.startsWith('gateways.'))) {
      expect(readFileSync(join(folder, 'cloud', name), 'latin1')).not.toContain(secrets[0]);
    }
  });

  test.each([
    ['an edge that does not exist', ['revoke', '--edge', 'nobody'], '--edge: there is no gateway "nobody"'],
    ['a name that is none', ['invite', '--edge', 'Town Hall'], '--edge: lower-case'],
    ['an organisation that is not configured', ['invite', '--edge', 'a', '--organisation', 'x'], '--organisation: "x"'],
    ['a code for a week', ['invite', '--edge', 'a', '--hours', '168'], '--hours: more than 0, at most 24'],
    ['hours that are no number', ['invite', '--edge', 'a', '--hours', 'soon'], '--hours: more than 0, at most 24'],
  ])('refuse %s in one line', (_, parameters, expected) => {
    const { status, stdout, stderr } = gateways(...parameters);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(expected)]);
  });

  test('name the data folder that cannot be used', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const command of [['list'], ['invite', '--edge', 'a'], ['revoke', '--edge', 'a']]) {
      const { status, stderr } = run(CLOUD_CLI, ['gateways', ...command, '--data-dir', join(folder, 'file', 'data')]);
      expect([status, stderr.trimEnd().split('\n')]).toEqual([1, [expect.stringContaining('--data-dir: ')]]);
    }
  });

  test('name the setting when an edge has not enrolled, has no cloud to ask, or types rubbish', async () => {
    const started = run(EDGE_CLI, ['run', '--data-dir', join(folder, 'edge')]);
    expect([started.status, started.stderr]).toEqual([
      1,
      expect.stringContaining('cloud.identityDir: this gateway has not'),
    ]);
    const typo = run(EDGE_CLI, ['enrol', '--code', 'mb1.secret']);
    expect([typo.status, typo.stderr]).toEqual([1, expect.stringContaining('this is no enrolment code')]);
    expect(typo.stderr).not.toContain('mb1.secret');
    const code = `mb1.${'A'.repeat(43)}.${'A'.repeat(43)}`;
    const alone = run(EDGE_CLI, ['enrol', '--code', code]);
    expect([alone.status, alone.stderr]).toEqual([1, expect.stringContaining('(unreachable)')]);
    writeEdgeConfig('secretFile: both');
    const both = run(EDGE_CLI, ['check']);
    expect([both.status, both.stderr]).toEqual([1, expect.stringContaining('cloud.secretFile')]);
  });
});
