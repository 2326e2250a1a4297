import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mosquitto } from '../broker-between/mosquitto.ts';
import { FORETOLD_STREAMS } from '../end-to-end/settle-feeds.ts';
import { createFleet, type Fleet } from '../fleet/create-fleet.ts';
import type { FleetSettingsInput } from '../fleet/fleet-settings.ts';
import { createInstallation, type Installation, type ProgramVariation } from '../harness/installation.ts';
import { type PlantedFault, plantArguments } from '../plant/plant-arguments.ts';
import { canSimulatePowerCut, volatileDiskEnvironment } from '../power-cut/compile-shim.ts';
import { createDiskControl, type DiskControl } from '../power-cut/disk-control.ts';
import { type LinkProxy, startLinkProxy } from './link-proxy.ts';
import { createMovableClock, type MovableClock } from './movable-clock.ts';
import { prepareBroker } from './prepare-broker.ts';

export type ProgramName = 'edge' | 'cloud';

export interface StandOptions {
  readonly seed: number;
  readonly uplinksPerSecond: number;
  /** Further settings of the fleet. */
  readonly fleet?: FleetSettingsInput;
  /** `outbox:` of edge.yaml. */
  readonly outbox?: object;
  /** Members of a page; small, so that few uplinks fill pages and index nodes of several levels. */
  readonly pageSize?: number;
  /** A plain broker stands between edge and cloud. Only where {@link hasMosquitto}. */
  readonly throughBroker?: boolean;
  /** Faults in the source of a program that the stand is to find. */
  readonly planted?: Partial<Record<ProgramName, PlantedFault>>;
}

/** An edge and a cloud whose disks, clocks and line can be made to fail. */
export interface TortureStand {
  readonly installation: Installation;
  readonly fleet: Fleet;
  /** Between the edge and whatever it dials: the cloud, or the broker. */
  readonly link: LinkProxy;
  readonly broker: Mosquitto | undefined;
  readonly disks: Readonly<Record<ProgramName, DiskControl>>;
  readonly clocks: Readonly<Record<ProgramName, MovableClock>>;
  dataDir(program: ProgramName): string;
  /** Stops everything and removes the folders. */
  remove(): Promise<void>;
}

const PAGE_SIZE = 50;
const FAN_OUT = 5;
const DEVICES = 40;
const ACK_TIMEOUT_MS = 1_000;
const RECONNECT_MS_MAX = 500;
/** A line that swallows everything is given up soon. */
const SILENCE_MS_MAX = 1_500;
const KEEPALIVE_SECONDS = 1;
/** A program is started thousands of times; one that ends in peace leaves its compiled code for all that follow. */
const COMPILED = join(tmpdir(), 'node-compile-cache');

/** Whether this machine can run the suite: the simulated disk is compiled. */
export const canTorture = canSimulatePowerCut;

/** Sets everything up and starts nothing but the line. */
export async function createStand(options: StandOptions): Promise<TortureStand> {
  const { seed, uplinksPerSecond, planted = {} } = options;
  const fleet = createFleet({
    seed,
    devices: DEVICES,
    uplinksPerSecond,
    duplicatesPercent: 5,
    lateSecondsMax: 2,
    ...options.fleet,
  });
  const link = await startLinkProxy();
  const between = options.throughBroker ? await prepareBroker() : undefined;
  const disks: Partial<Record<ProgramName, DiskControl>> = {};
  const clocks: Partial<Record<ProgramName, MovableClock>> = {};
  const variation = (program: ProgramName) => (dataDir: string) => {
    const disk = createDiskControl(dataDir);
    const clock = createMovableClock(dataDir);
    disks[program] = disk;
    clocks[program] = clock;
    const plant = planted[program];
    return joinVariations([
      { environment: { ...volatileDiskEnvironment(dataDir), NODE_COMPILE_CACHE: COMPILED } },
      disk,
      clock,
      plant === undefined ? {} : plantArguments(plant),
    ]);
  };
  const installation = await createInstallation({
    fleet,
    streams: FORETOLD_STREAMS,
    pageSize: options.pageSize ?? PAGE_SIZE,
    fanOut: FAN_OUT,
    readerThreads: 1,
    ...(between === undefined ? {} : { brokerBetween: between.cloudSettings }),
    edgeSettings: () => ({
      ...(options.outbox === undefined ? {} : { outbox: options.outbox }),
      cloud: {
        url: `mqtt://127.0.0.1:${link.port}`,
        secretFile: 'link-secret',
        ackTimeoutMs: ACK_TIMEOUT_MS,
        reconnectMsMax: RECONNECT_MS_MAX,
        silenceMsMax: SILENCE_MS_MAX,
        keepaliveSeconds: KEEPALIVE_SECONDS,
      },
    }),
    edge: variation('edge'),
    cloud: variation('cloud'),
  });
  const broker = between?.create(installation);
  link.setTarget(between?.port ?? Number(new URL(installation.link.url).port));
  return {
    installation,
    fleet,
    link,
    broker,
    disks: disks as Record<ProgramName, DiskControl>,
    clocks: clocks as Record<ProgramName, MovableClock>,
    dataDir: (program) => (program === 'edge' ? installation.edgeDataDir : installation.cloudDataDir),
    async remove() {
      await installation.remove();
      await link.close();
      await broker?.kill();
      between?.remove();
    },
  };
}

function joinVariations(variations: readonly ProgramVariation[]): ProgramVariation {
  return {
    nodeArguments: variations.flatMap(({ nodeArguments = [] }) => nodeArguments),
    environment: Object.assign({}, ...variations.map(({ environment = {} }) => environment)) as Record<string, string>,
  };
}
