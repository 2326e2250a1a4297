import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { THEMES, type Theme } from '@meetbrug/protocols/properties';
import { stringify } from 'yaml';
import type { Fleet } from '../fleet/create-fleet.ts';
import { fleetEdgeConfig } from '../fleet/fleet-edge-config.ts';
import { freePorts } from './free-port.ts';
import { createProgram, type Program } from './program.ts';

/** How one program is started differently: flags of Node, variables, anything that a plant or a shim needs. */
export interface ProgramVariation {
  readonly nodeArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface InstallationOptions {
  /** The sensors: a fleet's, or entries of `devices:` in edge.yaml. */
  readonly fleet?: Fleet;
  readonly devices?: readonly object[];
  readonly pageSize?: number;
  readonly fanOut?: number;
  readonly streams?: readonly Theme[];
  /** Threads of the cloud that render pages; fewer of them start faster. */
  readonly readerThreads?: number;
  /** `mqtt.broker` of cloud.yaml: a plain broker that carries the link as well. */
  readonly brokerBetween?: object;
  /** Further settings of edge.yaml, from the cloud's public base URL. */
  readonly edgeSettings?: (publicBaseUrl: string) => object;
  /** Called with the edge's data folder, before anything runs. */
  readonly edge?: (dataDir: string) => ProgramVariation;
  readonly cloud?: (dataDir: string) => ProgramVariation;
}

/** One edge and one cloud on this machine, in a folder of their own, with a fleet's devices configured. */
export interface Installation {
  readonly edge: Program;
  readonly cloud: Program;
  readonly organisation: string;
  readonly streams: readonly Theme[];
  readonly edgeDataDir: string;
  readonly cloudDataDir: string;
  readonly edgeMqttUrl: string;
  readonly edgeHttpUrl: string;
  /** How an edge reaches the cloud: where, as whom, with which secret. */
  readonly link: { readonly url: string; readonly edge: string; readonly secretFile: string };
  /** The canonical base of every IRI and URL of the cloud. */
  readonly publicBaseUrl: string;
  viewUrl(stream: string): string;
  /** Stops both and removes the folder. */
  remove(): Promise<void>;
}

const ORGANISATION = 'demo';
const EDGE = 'demo-edge';
const EDGE_CLI = fileURLToPath(new URL('../../edge/src/cli.ts', import.meta.url));
const CLOUD_CLI = fileURLToPath(new URL('../../cloud/src/cli.ts', import.meta.url));

/** Writes the configurations and a fresh secret; starts nothing. */
export async function createInstallation(options: InstallationOptions): Promise<Installation> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'meetbrug-')));
  const edgeDataDir = join(folder, 'edge-data');
  const cloudDataDir = join(folder, 'cloud-data');
  for (const directory of [edgeDataDir, cloudDataDir]) mkdirSync(directory);
  const [edgeMqtt = 0, edgeHttp = 0, cloudHttp = 0, cloudMqtt = 0] = await freePorts(4);
  const streams = options.streams ?? THEMES;
  writeFileSync(join(folder, 'link-secret'), `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const publicBaseUrl = `http://127.0.0.1:${cloudHttp}`;
  const cloudYaml = cloudConfiguration(publicBaseUrl, cloudHttp, cloudMqtt, streams, options);
  writeFileSync(join(folder, 'cloud.yaml'), stringify(cloudYaml));
  const devices = options.devices ?? fleetEdgeConfig(options.fleet?.devices ?? []);
  const edgeYaml = {
    ...edgeConfiguration(edgeMqtt, edgeHttp, cloudMqtt, devices),
    // A fleet foretells what its sensors measure; what the edge computes from it has tests of its own.
    ...(options.fleet === undefined ? {} : { heat: { indices: [] } }),
    ...options.edgeSettings?.(publicBaseUrl),
  };
  writeFileSync(join(folder, 'edge.yaml'), stringify(edgeYaml));
  const edge = createProgram({
    name: 'edge',
    ...programArguments(EDGE_CLI, ['run', '--config', join(folder, 'edge.yaml'), '--data-dir', edgeDataDir], {
      ...options.edge?.(edgeDataDir),
    }),
    healthUrl: `http://127.0.0.1:${edgeHttp}/healthz`,
  });
  const cloud = createProgram({
    name: 'cloud',
    ...programArguments(CLOUD_CLI, ['serve', '--config', join(folder, 'cloud.yaml'), '--data-dir', cloudDataDir], {
      ...options.cloud?.(cloudDataDir),
    }),
    healthUrl: `${publicBaseUrl}/healthz`,
  });
  return {
    edge,
    cloud,
    organisation: ORGANISATION,
    streams,
    edgeDataDir,
    cloudDataDir,
    edgeMqttUrl: `mqtt://127.0.0.1:${edgeMqtt}`,
    edgeHttpUrl: `http://127.0.0.1:${edgeHttp}`,
    link: { url: `mqtt://127.0.0.1:${cloudMqtt}`, edge: EDGE, secretFile: join(folder, 'link-secret') },
    publicBaseUrl,
    viewUrl: (stream) => `${publicBaseUrl}/ldes/${ORGANISATION}/${stream}/by-page`,
    remove: async () => {
      await Promise.all([edge.stop(), cloud.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function programArguments(cli: string, cliArguments: readonly string[], variation: ProgramVariation) {
  return {
    nodeArguments: [...(variation.nodeArguments ?? []), cli, ...cliArguments],
    environment: variation.environment ?? {},
  };
}

function cloudConfiguration(
  publicBaseUrl: string,
  httpPort: number,
  mqttPort: number,
  streams: readonly Theme[],
  { pageSize = 250, fanOut = 250, readerThreads, brokerBetween }: InstallationOptions,
) {
  return {
    publicBaseUrl,
    http: { host: '127.0.0.1', port: httpPort },
    mqtt: { host: '127.0.0.1', port: mqttPort, ...(brokerBetween === undefined ? {} : { broker: brokerBetween }) },
    organisations: [{ name: ORGANISATION, label: 'Demo', streams: [...streams] }],
    edges: [{ name: EDGE, organisation: ORGANISATION, secretFile: 'link-secret' }],
    ldes: { pageSize, fanOut, pollingIntervalSeconds: 1 },
    ...(readerThreads === undefined ? {} : { readers: { workers: readerThreads } }),
  };
}

function edgeConfiguration(mqttPort: number, httpPort: number, cloudMqttPort: number, devices: readonly object[]) {
  return {
    edge: EDGE,
    organisation: ORGANISATION,
    licence: 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
    broker: { host: '127.0.0.1', port: mqttPort },
    http: { host: '127.0.0.1', port: httpPort },
    cloud: {
      url: `mqtt://127.0.0.1:${cloudMqttPort}`,
      secretFile: 'link-secret',
      ackTimeoutMs: 1_000,
      reconnectMsMax: 500,
    },
    devices,
  };
}
