import { cpSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../harness/free-port.ts';

const DEMO = join(import.meta.dirname, '..', '..', 'deploy', 'demo');
const DOCUMENTED_PORTS = { cloudHttp: '8080', cloudMqtt: '8883', edgeMqtt: '1883', edgeHttp: '8081' } as const;

/** The demo's own configurations in a folder of their own, on free ports, so that a test does not disturb a running demo. */
export interface DemoFolder {
  readonly folder: string;
  readonly demoDir: string;
  readonly stateDir: string;
  /** Turns the documented ports in a text, such as a command of the README, into this folder's. */
  usePorts(text: string): string;
}

export async function createDemoFolder(): Promise<DemoFolder> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'meetbrug-demo-')));
  const free = await freePorts(Object.keys(DOCUMENTED_PORTS).length);
  const ports = Object.values(DOCUMENTED_PORTS).map((documented, index) => [documented, String(free[index])] as const);
  const usePorts = (text: string) =>
    text.replace(
      /\b(?:8080|8081|1883|8883)\b/g,
      (found) => ports.find(([documented]) => documented === found)?.[1] ?? found,
    );
  const demoDir = join(folder, 'deploy', 'demo');
  cpSync(DEMO, demoDir, { recursive: true, filter: (path) => !path.endsWith('.ts') });
  for (const name of ['cloud.yaml', 'edge.yaml']) {
    const file = join(demoDir, name);
    writeFileSync(file, usePorts(readFileSync(file, 'utf8')));
  }
  return { folder, demoDir, stateDir: join(folder, '.meetbrug'), usePorts };
}
