import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { describeCounters, readCounters } from './counters.ts';
import { type DemoPlan, DemoPlanError, planDemo } from './demo-plan.ts';
import { EnrolmentError, ensureEnrolled } from './ensure-enrolled.ts';
import { fleetArguments } from './fleet-arguments.ts';
import { type ManagedProcess, startProcess } from './managed-process.ts';

const HELP = `Starts a cloud, an edge and a fleet of simulated sensors on this machine.

  npm start                              the demo
  npm start -- --config my-edge.yaml     your own broker and devices, without the fleet
  npm start -- --demo-dir DIR            another folder with cloud.yaml and edge.yaml
  npm start -- --state-dir DIR           where the data goes (default .meetbrug)

A second start goes on with the same data; delete its folder to begin anew. Ctrl-C stops everything.`;

const ROOT = join(import.meta.dirname, '..', '..');
const STOP_GRACE_MS = 2_000;
const READY_TIMEOUT_MS = 45_000;
const LINE_EVERY_MS = process.stdout.isTTY ? 1_000 : 10_000;
/** Heap flags under which the edge stays small enough for a gateway box. */
const EDGE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=96'];
/** One arena of glibc's allocator and compiled code on disk: some 20 MB less resident memory. */
const edgeEnvironment = (dataDir: string) => ({
  MALLOC_ARENA_MAX: '1',
  NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
});

class StartError extends Error {}

async function fetchText(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

/** Another program that answers there would be taken for the one that is started. */
async function assertUnanswered(url: string, configFile: string): Promise<void> {
  if ((await fetchText(url)) === undefined) return;
  throw new StartError(
    `${url} is answered already: does Meetbrug run here? Else set another http.port in ${configFile}`,
  );
}

async function untilReady(program: ManagedProcess, url: string): Promise<void> {
  let exitCode: number | undefined;
  void program.exited.then((code) => {
    exitCode = code;
  });
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadlineMs) {
    if (exitCode !== undefined) throw new StartError(`${program.name} could not start:\n${program.lastErrors()}`);
    if ((await fetchText(url)) !== undefined) return;
    await delay(100);
  }
  throw new StartError(`${program.name} did not answer ${url} within ${READY_TIMEOUT_MS / 1000} s`);
}

function announce(plan: DemoPlan, again: boolean): void {
  const feeds = plan.streams.map((stream) => `  ${plan.cloudUrl}/ldes/${plan.organisation}/${stream}/by-page`);
  const lines = [
    again
      ? `Meetbrug is running, on with the data in ${plan.dataDir}.`
      : `Meetbrug is running; its data goes to ${plan.dataDir}.`,
    plan.withFleet
      ? `A fleet of simulated sensors sends to the edge at ${plan.edgeMqttUrl}, as ChirpStack would.`
      : `The edge takes uplinks at ${plan.edgeMqttUrl} and from the sources in ${plan.edgeConfig}.`,
    '',
    `Open       ${plan.cloudUrl}/`,
    `Series     ${plan.cloudUrl}/api/v1/datastreams`,
    `Edge       ${plan.edgeHttpUrl}/`,
    'Feeds (LDES)',
    ...feeds,
    '',
    'Ctrl-C stops everything.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function showCounters(plan: DemoPlan, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const [edge, cloud] = await Promise.all([
      fetchText(`${plan.edgeHttpUrl}/metrics`),
      fetchText(`${plan.cloudUrl}/metrics`),
    ]);
    if (stopping.aborted) return;
    if (edge !== undefined && cloud !== undefined) {
      const line = describeCounters(readCounters(edge, cloud));
      process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
    }
    await delay(LINE_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
  }
}

async function run(plan: DemoPlan): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const stopped = new Promise<'stopped'>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const again = existsSync(join(plan.dataDir, 'cloud'));
  const logs = join(plan.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const programs: ManagedProcess[] = [];
  const start = (name: string, ...nodeArguments: string[]) => {
    const environment = name === 'edge' ? edgeEnvironment(plan.dataDir) : {};
    const program = startProcess(name, nodeArguments, join(logs, `${name}.log`), environment);
    programs.push(program);
    return program;
  };
  try {
    await assertUnanswered(`${plan.cloudUrl}/healthz`, plan.cloudConfig);
    await assertUnanswered(`${plan.edgeHttpUrl}/healthz`, plan.edgeConfig);
    const cloud = start(
      'cloud',
      join(ROOT, 'cloud/src/cli.ts'),
      'serve',
      '--config',
      plan.cloudConfig,
      '--data-dir',
      join(plan.dataDir, 'cloud'),
    );
    await Promise.race([untilReady(cloud, `${plan.cloudUrl}/healthz`), stopped]);
    await Promise.race([ensureEnrolled(plan, join(plan.dataDir, 'cloud')), stopped]);
    const edge = start(
      'edge',
      ...EDGE_FLAGS,
      join(ROOT, 'edge/src/cli.ts'),
      'run',
      '--config',
      plan.edgeConfig,
      '--data-dir',
      join(plan.dataDir, 'edge'),
    );
    await Promise.race([untilReady(edge, `${plan.edgeHttpUrl}/healthz`), stopped]);
    if (plan.withFleet) start('fleet', join(ROOT, 'test/fleet/main.ts'), ...fleetArguments(plan.edgeMqttUrl));
    if (!stopping.signal.aborted) announce(plan, again);
    void showCounters(plan, stopping.signal);
    const ended = await Promise.race([stopped, ...programs.map(async (one) => ({ one, code: await one.exited }))]);
    if (ended === 'stopped') return 0;
    throw new StartError(
      `${ended.one.name} stopped with exit code ${ended.code}:\n${ended.one.lastErrors()}\nIts log: ${join(logs, `${ended.one.name}.log`)}`,
    );
  } catch (error) {
    if (!(error instanceof StartError || error instanceof EnrolmentError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  } finally {
    stopping.abort();
    // The source first, so that what it sent is answered; all within one grace.
    await Promise.all(programs.toReversed().map((program) => program.stop(STOP_GRACE_MS)));
    process.stdout.write('\nStopped.\n');
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      'demo-dir': { type: 'string', default: import.meta.dirname },
      'state-dir': { type: 'string', default: join(ROOT, '.meetbrug') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  return run(planDemo(values['demo-dir'], values['state-dir'], values.config));
}

try {
  process.exitCode = await main();
} catch (error) {
  const expected =
    error instanceof DemoPlanError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!expected) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
