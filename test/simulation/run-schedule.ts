import { mkdirSync } from 'node:fs';
import { type EdgeConfig, edgeConfigSchema } from '@meetbrug/edge/src/config/edge-config.ts';
import { type DeviceRegistry, deviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import { fleetEdgeConfig } from '../fleet/fleet-edge-config.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import { planSchedule } from './plan-schedule.ts';
import { SimulatedInstallation } from './simulated-installation.ts';
import { devicesOf } from './simulated-uplinks.ts';

/** What one schedule came to. */
export interface ScheduleOutcome {
  readonly seed: number;
  /** Why the schedule failed; undefined when every promise was kept. */
  readonly failure: string | undefined;
  readonly uplinks: number;
  /** Versions that the cloud published. */
  readonly published: number;
  /** Faults of the plan, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** What came to pass, by kind. */
  readonly happenings: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  /** What happened, when; empty unless it was asked for. */
  readonly trace: readonly string[];
}

export interface RunScheduleOptions {
  /** An empty folder for the disks of this schedule. */
  readonly folder: string;
  readonly keepTrace?: boolean;
}

const NAMES = ['edge-a', 'edge-b'] as const;
const WORLDS = new Map<number, { readonly config: EdgeConfig; readonly devices: DeviceRegistry }>();

/** Configuration and devices of an edge, made once: they are the same in every schedule. */
function worldOf(edge: number) {
  const known = WORLDS.get(edge);
  if (known !== undefined) return known;
  const config = edgeConfigSchema.parse({
    edge: NAMES[edge],
    organisation: 'demo',
    health: { signal: false },
    heat: { indices: [] },
    devices: fleetEdgeConfig(devicesOf(edge)),
  });
  const world = { config, devices: deviceRegistry(config) };
  WORLDS.set(edge, world);
  return world;
}

/** Runs the schedule of a seed to its end in virtual time. Whatever goes wrong in it is its outcome. */
export function runSchedule(seed: number, { folder, keepTrace = false }: RunScheduleOptions): ScheduleOutcome {
  const schedule = planSchedule(seed);
  const trace: string[] = [];
  mkdirSync(folder, { recursive: true });
  const installation = new SimulatedInstallation(schedule, {
    folder,
    random: seededRandom(seed ^ 0x5eed_0001),
    worlds: schedule.edges.map((_, edge) => worldOf(edge)),
    trace: (atMs, event) => {
      if (keepTrace) trace.push(`${(atMs / 1_000).toFixed(3).padStart(9)} s  ${event}`);
    },
  });
  let failure: string | undefined;
  try {
    installation.run();
  } catch (error) {
    failure = error instanceof Error ? (keepTrace ? (error.stack ?? error.message) : error.message) : String(error);
  } finally {
    installation.abandon();
  }
  const faults: Record<string, number> = {};
  for (const { kind } of schedule.events) if (kind !== 'uplink') faults[kind] = (faults[kind] ?? 0) + 1;
  return { seed, failure, faults, trace, ...installation.tally() };
}
