import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePorts } from '../harness/free-port.ts';
import { createProgram, type Program } from '../harness/program.ts';
import { forgetPeak, type ProcessUsage, pidIn, usageOf, withPidFile } from './process-usage.ts';

/** Where batches are delivered, and as whom. */
export interface IngestTarget {
  readonly url: string;
  readonly edge: string;
  readonly secret: string;
}

/** The shipped cloud with the stream `heat-stress` of one organisation, in a folder of its own. */
export interface BenchCloud {
  readonly program: Program;
  readonly dataDir: string;
  readonly publicBaseUrl: string;
  readonly httpPort: number;
  readonly target: IngestTarget;
  viewUrl(view: string): string;
  /** Of the running process. */
  usage(): ProcessUsage;
  /** Its peak is from now on the most that it takes from now on. */
  forgetPeak(): void;
  /** Stops it, forgets every finished page, and starts it again: all pages are cold. */
  restartCold(): Promise<void>;
  /** Stops it and removes the folder. */
  remove(): Promise<void>;
}

export const ORGANISATION = 'demo';
export const STREAM = 'heat-stress';
const EDGE = 'bench-edge';
const CLOUD_CLI = fileURLToPath(new URL('../../cloud/src/cli.ts', import.meta.url));
/** A store of millions copies its write-ahead log before it ends. */
const STOP_GRACE_MS = 60_000;

/** Writes the configuration; starts nothing. `views` are entries of `ldes.views` beside by-page, `settings` others. */
export async function createBenchCloud({
  views = [],
  settings = {},
}: {
  readonly views?: readonly object[];
  readonly settings?: object;
} = {}): Promise<BenchCloud> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'meetbrug-bench-')));
  const dataDir = join(folder, 'data');
  const pidFile = join(folder, 'pid');
  const configFile = join(folder, 'cloud.yaml');
  mkdirSync(dataDir);
  const [httpPort = 0, mqttPort = 0] = await freePorts(2);
  const publicBaseUrl = `http://127.0.0.1:${httpPort}`;
  const secret = randomBytes(32).toString('hex');
  writeFileSync(join(folder, 'link-secret'), secret, { mode: 0o600 });
  writeFileSync(
    configFile,
    stringify({
      publicBaseUrl,
      http: { host: '127.0.0.1', port: httpPort },
      mqtt: { host: '127.0.0.1', port: mqttPort },
      organisations: [{ name: ORGANISATION, label: 'Demo', streams: [STREAM] }],
      edges: [{ name: EDGE, organisation: ORGANISATION, secretFile: 'link-secret' }],
      ldes: { views: [...views], pollingIntervalSeconds: 1 },
      ...settings,
    }),
  );
  const { nodeArguments, environment } = withPidFile(pidFile);
  const program = createProgram({
    name: 'cloud',
    nodeArguments: [...nodeArguments, CLOUD_CLI, 'serve', '--config', configFile, '--data-dir', dataDir],
    environment,
    healthUrl: `${publicBaseUrl}/healthz`,
  });
  return {
    program,
    dataDir,
    publicBaseUrl,
    httpPort,
    target: { url: `mqtt://127.0.0.1:${mqttPort}`, edge: EDGE, secret },
    viewUrl: (view) => `${publicBaseUrl}/ldes/${ORGANISATION}/${STREAM}/${view}`,
    usage: () => usageOf(pidIn(pidFile)),
    forgetPeak: () => forgetPeak(pidIn(pidFile)),
    restartCold: async () => {
      await program.stop(STOP_GRACE_MS);
      rmSync(join(dataDir, 'page-cache'), { recursive: true, force: true });
      await program.start();
    },
    remove: async () => {
      await program.stop(STOP_GRACE_MS);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
