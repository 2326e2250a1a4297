import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';

/** What one start runs: which configurations, where the data goes, where each program answers. */
export interface DemoPlan {
  readonly edgeConfig: string;
  readonly cloudConfig: string;
  readonly dataDir: string;
  readonly edgeName: string;
  /** Where the edge keeps its key and certificate. */
  readonly identityDir: string;
  readonly organisation: string;
  readonly streams: readonly string[];
  readonly cloudUrl: string;
  readonly edgeHttpUrl: string;
  readonly edgeMqttUrl: string;
  /** The simulated sensors run only beside the demo's own configuration. */
  readonly withFleet: boolean;
}

/** A configuration that cannot be started as a demo: one sentence that names the setting. */
export class DemoPlanError extends Error {}

interface EdgeYaml {
  readonly edge?: unknown;
  readonly organisation?: unknown;
  readonly broker?: { readonly host?: unknown; readonly port?: unknown };
  readonly http?: { readonly host?: unknown; readonly port?: unknown };
  readonly cloud?: { readonly url?: unknown; readonly enrolUrl?: unknown; readonly identityDir?: unknown };
}

interface CloudYaml {
  readonly publicBaseUrl: string;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly outside: readonly object[];
  readonly organisations: readonly {
    readonly name: string;
    readonly label: string;
    readonly streams: readonly string[];
  }[];
}

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

function readYaml(path: string): unknown {
  if (!existsSync(path)) throw new DemoPlanError(`--config: there is no file ${path}`);
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new DemoPlanError(`--config: ${path} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function requireName(value: unknown, setting: string, path: string): string {
  if (typeof value === 'string' && NAME.test(value)) return value;
  throw new DemoPlanError(`${setting} in ${path} must be lower-case letters, digits and hyphens`);
}

/** The cloud that is started here is reached in one way only. */
function requireSetting(value: unknown, expected: string, setting: string): void {
  if (value === expected) return;
  throw new DemoPlanError(
    `${setting} must be ${expected} to use the cloud started here; for another cloud use "meetbrug-edge run"`,
  );
}

/**
 * Plans the demo, or a start on a city's own edge configuration beside a cloud of the demo's kind.
 * @param demoDir the folder with the demo's `edge.yaml` and `cloud.yaml`
 * @param stateDir where data of all plans is kept
 * @param ownEdgeConfig path of a city's edge.yaml; absent for the demo itself
 * @throws DemoPlanError naming the setting to change
 */
export function planDemo(demoDir: string, stateDir: string, ownEdgeConfig?: string): DemoPlan {
  const edgeConfig = resolve(ownEdgeConfig ?? join(demoDir, 'edge.yaml'));
  const edge = (readYaml(edgeConfig) ?? {}) as EdgeYaml;
  const edgeName = requireName(edge.edge, 'edge', edgeConfig);
  const organisation = requireName(edge.organisation, 'organisation', edgeConfig);
  const cloud = readYaml(join(demoDir, 'cloud.yaml')) as CloudYaml;

  const linkUrl = `mqtts://${cloud.mqtt.host}:${cloud.mqtt.port}`;
  requireSetting(edge.cloud?.url, linkUrl, `cloud.url in ${edgeConfig}`);
  requireSetting(edge.cloud?.enrolUrl, cloud.publicBaseUrl, `cloud.enrolUrl in ${edgeConfig}`);
  const identity = edge.cloud?.identityDir;
  if (typeof identity !== 'string') {
    throw new DemoPlanError(`cloud.identityDir in ${edgeConfig} must name a folder; it is made if it does not exist`);
  }

  const dataDir = ownEdgeConfig === undefined ? join(stateDir, 'demo') : join(stateDir, edgeName);
  mkdirSync(dataDir, { recursive: true });
  const cloudConfig = ownEdgeConfig === undefined ? join(demoDir, 'cloud.yaml') : join(dataDir, 'cloud.yaml');
  if (ownEdgeConfig !== undefined) {
    const organisations = cloud.organisations.map((one) => ({ ...one, name: organisation, label: organisation }));
    const outside = cloud.outside.map((one) => ({ ...one, organisation }));
    writeFileSync(cloudConfig, stringify({ ...cloud, organisations, outside }));
  }
  return {
    edgeConfig,
    cloudConfig,
    dataDir,
    edgeName,
    identityDir: resolve(dirname(edgeConfig), identity),
    organisation,
    streams: cloud.organisations.flatMap((one) => one.streams),
    cloudUrl: cloud.publicBaseUrl,
    edgeHttpUrl: `http://${edge.http?.host ?? '127.0.0.1'}:${edge.http?.port ?? 8081}`,
    edgeMqttUrl: `mqtt://${edge.broker?.host ?? '127.0.0.1'}:${edge.broker?.port ?? 1883}`,
    withFleet: ownEdgeConfig === undefined,
  };
}
