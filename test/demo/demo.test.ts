import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { demoEdgeYaml } from './demo-edge-yaml.ts';
import { createDemoFolder, type DemoFolder } from './demo-folder.ts';
import { readmeCommands } from './readme-commands.ts';
import { type NpmRun, runNpm } from './run-npm.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const READY_MS = 60_000;
const STOP_MS_MAX = 3_000;

let demo: DemoFolder;

function startDemo(...more: readonly string[]): NpmRun {
  return runNpm(['start', '--silent', '--', '--demo-dir', demo.demoDir, '--state-dir', demo.stateDir, ...more]);
}

/** Ctrl-C; the milliseconds until everything has ended. */
async function stopDemo(run: NpmRun): Promise<number> {
  const startedMs = performance.now();
  run.interrupt();
  await run.ended;
  return performance.now() - startedMs;
}

function shell(command: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('bash', ['-c', command], { cwd: ROOT, encoding: 'utf8', timeout: READY_MS });
}

function isListening(port: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function memberCount(stream: string): Promise<number> {
  const root = demo.usePorts(`http://127.0.0.1:8080/ldes/demo/${stream}/by-page`);
  const response = await fetch(`${root}/page/0`, { headers: { accept: 'application/n-quads' } }).catch(() => undefined);
  return response?.status === 200 ? (await response.text()).split('<https://w3id.org/tree#member>').length - 1 : 0;
}

/** Waits until it is true, or fails with what was awaited. */
function until(what: string, isTrue: () => boolean | Promise<boolean>, timeoutMs: number): Promise<unknown> {
  return waitFor(
    async () => ((await isTrue()) ? true : undefined),
    timeoutMs,
    () => what,
  );
}

const STREAMS = ['heat-stress', 'water-level', 'mobility'];

beforeAll(async () => {
  demo = await createDemoFolder();
});
afterAll(() => rmSync(demo.folder, { recursive: true, force: true }));

describe('the demo', () => {
  let run: NpmRun;
  beforeAll(() => {
    run = startDemo();
  });
  afterAll(async () => {
    await stopDemo(run);
  });

  it('has members in all three streams within a minute', { timeout: READY_MS + 5_000 }, async () => {
    await until(
      'members in every stream',
      async () => (await Promise.all(STREAMS.map(memberCount))).every((count) => count > 0),
      READY_MS,
    );
    expect(run.output()).toContain(demo.usePorts('http://127.0.0.1:8080/ldes/demo/heat-stress/by-page'));
    await until(
      'a line of counters',
      async () => /uplinks in [1-9].* acknowledged [1-9].* published [1-9].* quarantined \d/.test(run.output()),
      30_000,
    );
  });

  it('keeps its keys readable by their owner alone', () => {
    const data = join(demo.stateDir, 'demo');
    for (const file of [join(data, 'identity', 'identity.json'), join(data, 'cloud', 'gateway-authority.pem')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it('pushes new members, as the README says', { timeout: READY_MS }, () => {
    const command = readmeCommands(README).find((one) => one.startsWith('curl -N')) ?? expect.fail();
    const limited = demo.usePorts(command).replace('curl', 'curl -sSf --max-time 40');
    const { status, stdout } = shell(`${limited} | grep --max-count 1 '^data: '`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout.slice('data: '.length))).toHaveProperty('@context');
  });

  const curls = readmeCommands(README).filter((command) => /^curl (?!-N|.*X-API-KEY)/.test(command));
  it.each(curls)('answers the README: %s', (command) => {
    const { status, stdout } = shell(demo.usePorts(command).replace('curl', 'curl -sSf'));
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
    if (command.includes('/ldes/')) expect(stdout).toContain(demo.usePorts('http://127.0.0.1:8080/ldes/demo/'));
  });

  it('gives a reader a key and takes it, as the README says', { timeout: READY_MS }, () => {
    const create = readmeCommands(README).find((one) => one.includes('keys create')) ?? expect.fail();
    const created = shell(create.replace('deploy/demo', demo.demoDir).replace('.meetbrug', demo.stateDir));
    const key = /^mbk_\S+$/m.exec(created.stdout)?.[0] ?? expect.fail(created.stderr);
    const read = readmeCommands(README).find((one) => one.includes('X-API-KEY')) ?? expect.fail();
    const curl = demo.usePorts(read).replace('curl', 'curl -sS -o /dev/null -w %{http_code}');
    expect(shell(curl.replace(': KEY', `: ${key}`)).stdout).toBe('200');
    expect(shell(curl).stdout).toBe('401');
  });

  it('takes a member of another system once, as the README says', { timeout: READY_MS }, () => {
    const [create = expect.fail(), send = expect.fail()] = readmeCommands(README).filter((one) =>
      one.includes('demo/parkings'),
    );
    const created = shell(create.replace('deploy/demo', demo.demoDir).replace('.meetbrug', demo.stateDir));
    const key = /^mbk_\S+$/m.exec(created.stdout)?.[0] ?? expect.fail(created.stderr);
    const curl = demo.usePorts(send).replace('curl', 'curl -sSf').replace(': KEY', `: ${key}`);
    expect(JSON.parse(shell(curl).stdout)).toMatchObject({ created: 1, known: 0, refused: 0 });
    expect(JSON.parse(shell(curl).stdout)).toMatchObject({ created: 0, known: 1, refused: 0 });
  });

  it('gives another gateway its certificate, as the README says', { timeout: READY_MS }, () => {
    const [invite = expect.fail(), enrol = expect.fail()] = readmeCommands(README).filter((one) =>
      /gateways invite|enrol --code/.test(one),
    );
    const invited = shell(invite.replace('deploy/demo', demo.demoDir).replace('.meetbrug', demo.stateDir));
    const code = /mb1\.\S+/.exec(invited.stdout)?.[0] ?? expect.fail(invited.stderr);
    const config = join(demo.folder, 'town-hall.yaml');
    const own = demo.usePorts(demoEdgeYaml()).replace('edge: demo-edge', 'edge: town-hall');
    writeFileSync(config, own.replace('../../.meetbrug/demo/identity', 'town-hall-identity'));
    const enrolled = shell(enrol.replace('CODE', code).replace('my-edge.yaml', config));
    expect(enrolled.stderr).not.toMatch(/\n\s+at /);
    expect(enrolled.status).toBe(0);
    expect(statSync(join(demo.folder, 'town-hall-identity', 'identity.json')).mode & 0o777).toBe(0o600);
  });

  it('sends what it keeps again, as the README says', () => {
    const command = readmeCommands(README).find((one) => one.includes('resend')) ?? expect.fail();
    const today = command.replace('2026-01-01', '2000-01-01').replace('2026-01-02', '2100-01-01');
    const { status, stdout, stderr } = shell(today.replace('.meetbrug', demo.stateDir));
    expect(stderr).toBe('');
    expect(stdout).toMatch(/[1-9]\d* uplinks/);
    expect(status).toBe(0);
  });

  it('proves its audit log, as the README says', () => {
    const command = readmeCommands(README).find((one) => one.includes('cloud -- audit')) ?? expect.fail();
    const { status, stderr } = shell(command.replace('.meetbrug', demo.stateDir));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('passes the conformance suite, as the README says', { timeout: READY_MS }, () => {
    const command = readmeCommands(README).find((one) => one.includes('conformance')) ?? expect.fail();
    const { status, stdout } = shell(demo.usePorts(command));
    expect([status, stdout]).toEqual([0, expect.stringContaining('pass')]);
  });

  it('says in one message which setting names a port that is in use', { timeout: READY_MS }, async () => {
    const second = startDemo();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/port/);
    expect(second.output()).toContain(demo.usePorts('8080'));
    expect(second.output()).not.toMatch(/\n\s+at /);
  });

  it('stops within three seconds and goes on with the same data', { timeout: READY_MS * 2 }, async () => {
    expect(await stopDemo(run)).toBeLessThan(STOP_MS_MAX);
    for (const port of ['8080', '8081', '1883', '8883']) expect(await isListening(demo.usePorts(port))).toBe(false);

    run = startDemo();
    await until(
      'the members of before',
      async () => (await Promise.all(STREAMS.map(memberCount))).every((count) => count > 0),
      READY_MS,
    );
    await until('the announcement', () => run.output().includes('on with the data in'), READY_MS);
  });

  const quarantineCommands = readmeCommands(README).filter((one) => / (?:discover|quarantine|replay) --/.test(one));

  it('has commands about the quarantine to run', () => {
    expect(quarantineCommands.length).toBeGreaterThan(2);
  });

  it.each(quarantineCommands)('shows and replays the quarantine, as the README says: %s', (command) => {
    const { status, stderr } = shell(command.replace('.meetbrug', demo.stateDir));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe("a start on a city's own configuration", () => {
  const ownConfig = () => join(demo.folder, 'my-edge.yaml');
  beforeAll(() => {
    const own = demo
      .usePorts(demoEdgeYaml())
      .replace('edge: demo-edge', 'edge: my-edge')
      .replace('organisation: demo', 'organisation: my-city');
    writeFileSync(ownConfig(), own.replace('../../.meetbrug/demo/identity', 'my-identity'));
  });

  it('is checked as the README says', () => {
    const command = readmeCommands(README).find((one) => one.includes('check --config')) ?? expect.fail();
    const { status, stdout } = shell(command.replace('my-edge.yaml', ownConfig()));
    expect(stdout).toContain('10 devices');
    expect(status).toBe(0);
  });

  it('runs cloud and edge without the fleet', { timeout: READY_MS * 2 }, async () => {
    const run = startDemo('--config', ownConfig());
    try {
      await until('the announcement', async () => run.output().includes('Meetbrug is running'), READY_MS);
      expect(run.output()).not.toContain('simulated sensors');
      const root = await fetch(demo.usePorts('http://127.0.0.1:8080/ldes/my-city/heat-stress/by-page'));
      expect(root.status).toBe(200);
    } finally {
      await stopDemo(run);
    }
  });

  it('names the setting when the configuration cannot work', async () => {
    const broken = join(demo.folder, 'broken.yaml');
    writeFileSync(
      broken,
      readFileSync(ownConfig(), 'utf8').replace(/url: mqtts:.*/, 'url: mqtts://elsewhere.example:8883'),
    );
    const run = startDemo('--config', broken);
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('cloud.url');
  });
});

describe('the README', () => {
  it('shows how a payload is decoded', () => {
    const command = readmeCommands(README).find((one) => one.includes('edge -- decode')) ?? expect.fail();
    const { stdout } = shell(command);
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
      data: { temperature: 22.5 },
      warnings: [],
      errors: [],
    });
  });

  it('has no command that nothing runs', () => {
    const ci = readFileSync(join(ROOT, '.ci', 'run'), 'utf8');
    const runHere = [
      /^npm start$/,
      /^curl /,
      /^npm start -- --config my-edge\.yaml$/,
      /^npm run edge -- (?:check|discover|quarantine|replay|enrol|resend) /,
      /^printf .* \| npm run edge -- decode /,
      /^npm run cloud -- (?:gateways invite|keys create|audit) /,
      /^npm run conformance -- /,
    ];
    const others = readmeCommands(README).filter((command) => !runHere.some((one) => one.test(command)));
    expect(others.toSorted()).toEqual(['npm run bench', 'npm run check', 'npm run torture', 'npm test']);
    for (const command of ['npm run check', 'npm test']) expect(ci).toContain(command);
    expect(shell('npm run --silent bench -- --help').stdout).toContain('--only');
    expect(shell('npm run --silent torture -- --help').stdout).toContain('--seed');
  });
});

describe("the demo's configuration", () => {
  it('knows exactly the devices of its fleet', () => {
    expect(readFileSync(join(ROOT, 'deploy', 'demo', 'edge.yaml'), 'utf8')).toBe(demoEdgeYaml());
  });
});
