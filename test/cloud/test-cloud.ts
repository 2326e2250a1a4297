import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedConfig } from '@meetbrug/cloud/src/config/cloud-config.ts';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';

export const SECRET = 'a-secret-of-a-test-edge';

export interface TestCloudSettings {
  readonly dataDir: string;
  readonly pageSize?: number;
  readonly fanOut?: number;
  readonly publicBaseUrl?: string;
  readonly httpPort?: number;
  readonly streams?: string;
  readonly nowMs?: () => number;
  readonly packetBytesMax?: number;
  readonly isoOverlay?: boolean;
  /** Further settings of `ldes`, as in a YAML flow mapping: `views: [{ kind: by-time }]`. */
  readonly ldes?: string;
}

/** Configuration of a cloud on free ports with two edges of one organisation and one of another. */
export function testConfig(settings: Omit<TestCloudSettings, 'dataDir' | 'nowMs'>): LoadedConfig {
  const parsed = parseConfig(`
publicBaseUrl: ${settings.publicBaseUrl ?? 'http://127.0.0.1:0'}
http: { port: ${settings.httpPort ?? 0} }
mqtt: { port: 0, packetBytesMax: ${settings.packetBytesMax ?? 1_114_112} }
organisations:
  - { name: demo, label: Demo, streams: ${settings.streams ?? '[heat-stress, water-level, mobility]'} }
  - { name: other, label: Other }
ldes: { pageSize: ${settings.pageSize ?? 250}, fanOut: ${settings.fanOut ?? 250}, isoOverlay: ${settings.isoOverlay ?? false}, ${settings.ldes ?? ''} }`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const edge = (name: string, organisation: string) => ({ name, organisation, secret: SECRET });
  return { config: parsed.value, edges: [edge('edge-a', 'demo'), edge('edge-b', 'demo'), edge('edge-c', 'other')] };
}

/** Starts a cloud in this process; throws the fault when it refuses. */
export async function startTestCloud({ dataDir, nowMs, ...settings }: TestCloudSettings): Promise<Cloud> {
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const started = await startCloud(testConfig(settings), { dataDir, logger, ...(nowMs && { nowMs }) });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}

/** A folder that is gone again when `use` has ended. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-cloud-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
