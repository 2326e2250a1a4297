import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../harness/free-port.ts';
import { waitFor } from '../harness/wait-for.ts';

/** An InfluxDB 1.x that keeps its data over kills and starts. */
export interface InfluxServer {
  readonly url: string;
  /** Waits until it answers. */
  start(): Promise<void>;
  /** SIGKILL; what it had acknowledged is on its disk. */
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
  createDatabase(name: string): Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;

/** Debian's influxd with a configuration of its own in a temporary folder, on ports that were free. */
export async function createInfluxServer(): Promise<InfluxServer> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-influx-'));
  const [port, backupPort] = (await freePorts(2)) as [number, number];
  const url = `http://127.0.0.1:${port}`;
  const configuration = join(folder, 'influxdb.conf');
  writeFileSync(configuration, configurationOf(folder, port, backupPort));
  let server: ChildProcess | undefined;

  const isHealthy = () =>
    fetch(`${url}/ping`).then(
      ({ status }) => (status === 204 ? true : undefined),
      () => undefined,
    );
  const kill = async () => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };

  return {
    url,
    async start() {
      server = spawn('influxd', ['run', '-config', configuration], { stdio: 'ignore' });
      await waitFor(isHealthy, READY_TIMEOUT_MS, () => `influxd does not answer on ${url}`);
    },
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true });
    },
    async createDatabase(name) {
      const body = new URLSearchParams({ q: `CREATE DATABASE "${name}"` });
      const response = await fetch(`${url}/query`, { method: 'POST', body });
      if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    },
  };
}

function configurationOf(folder: string, port: number, backupPort: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
  dir = "${join(folder, 'meta')}"
[data]
  dir = "${join(folder, 'data')}"
  wal-dir = "${join(folder, 'wal')}"
  query-log-enabled = false
[coordinator]
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
[continuous_queries]
  enabled = false
`;
}
