import { join } from 'node:path';
import type { BatchCounts } from '@meetbrug/cloud/src/log/append-batch.ts';
import type { EdgeConfig } from '@meetbrug/edge/src/config/edge-config.ts';
import type { DeviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import { Judge } from './judge.ts';
import { Ledger, type LedgerMark } from './ledger.ts';
import type { ClockJump, EdgeEnding, PlannedEvent, PlannedUplink, Schedule } from './plan-schedule.ts';
import { SimulatedCloud } from './simulated-cloud.ts';
import { type Ending, SimulatedDisk } from './simulated-disk.ts';
import { SimulatedEdge } from './simulated-edge.ts';
import { FAIR_WEATHER, SimulatedNetwork } from './simulated-network.ts';
import { SimulatedSources } from './simulated-sources.ts';
import { makeUplinks, type SimulatedUplink, START_MS } from './simulated-uplinks.ts';
import { VirtualTime } from './virtual-time.ts';

export interface InstallationSurroundings {
  readonly folder: string;
  readonly random: SeededRandom;
  /** What each edge is configured with. */
  readonly worlds: readonly { readonly config: EdgeConfig; readonly devices: DeviceRegistry }[];
  readonly trace: (atMs: number, event: string) => void;
}

/** The machine of one edge: what stays when its process ends. */
interface EdgeMachine {
  readonly index: number;
  readonly disk: SimulatedDisk;
  clockOffsetMs: number;
  image: { readonly restore: () => void; readonly mark: LedgerMark } | undefined;
  process: SimulatedEdge | undefined;
}

/** After the faults have ended everything must be in the cloud within this much simulated time. */
const CONVERGE_MS_MAX = 3_600_000;
const SETTLE_MS = 150_000;
const OUTBOX = {
  uplinksMax: 20_000,
  quarantine: { recordsMax: 100, bytesMax: 1_048_576, keepDays: 30 },
  keepUnacknowledgedDays: 3_650,
  unknownDevicesMax: 50,
} as const;

/** One city in one process: sources, edges, network and cloud of a schedule, and the judge of what comes of it. */
export class SimulatedInstallation {
  readonly #schedule: Schedule;
  readonly #surroundings: InstallationSurroundings;
  readonly #time = new VirtualTime();
  readonly #network: SimulatedNetwork;
  readonly #judge: Judge;
  readonly #ledger: Ledger;
  readonly #uplinks: readonly SimulatedUplink[];
  readonly #machines: readonly EdgeMachine[];
  readonly #cloudDisk: SimulatedDisk;
  #cloud: SimulatedCloud | undefined;
  #cloudOffsetMs = 0;
  readonly #happenings = new Map<string, number>();
  readonly #sources: SimulatedSources;

  constructor(schedule: Schedule, surroundings: InstallationSurroundings) {
    this.#schedule = schedule;
    this.#surroundings = surroundings;
    const { folder, random } = surroundings;
    this.#network = new SimulatedNetwork(schedule.road, this.#time, random);
    this.#uplinks = makeUplinks(schedule.events.filter(isUplink), random);
    this.#ledger = new Ledger(this.#uplinks);
    this.#judge = new Judge(this.#ledger);
    this.#sources = new SimulatedSources({
      time: this.#time,
      random,
      edgeOf: (edge) => this.#machine(edge).process,
      edgeNowMs: (edge) => this.#edgeNowMs(this.#machine(edge)),
      acknowledged: (uplink) => this.#ledger.acknowledged(uplink),
    });
    this.#cloudDisk = new SimulatedDisk(join(folder, 'cloud'), random);
    this.#machines = schedule.edges.map((_, index) => ({
      index,
      disk: new SimulatedDisk(join(folder, `edge-${index}`), random),
      clockOffsetMs: 0,
      image: undefined,
      process: undefined,
    }));
  }

  /** Runs the schedule and what follows it until nothing moves any more. Throws at the first broken promise. */
  run(): void {
    this.#startCloud();
    for (const machine of this.#machines) this.#startEdge(machine);
    let uplink = 0;
    for (const event of this.#schedule.events) {
      if (event.kind === 'uplink') this.#sources.send(event, this.#uplinks[uplink++] as SimulatedUplink);
      else this.#time.after(event.atMs, () => this.#apply(event));
    }
    this.#time.run(this.#schedule.quietMs);
    this.#heal();
    this.#converge();
    // What was discarded last is reported after an interval.
    this.#time.run(this.#time.nowMs + SETTLE_MS);
    this.#converge();
    if (this.#cloud === undefined) throw new Error('the cloud is gone at the end');
    for (const { process } of this.#machines) {
      for (const [reason, count] of process?.outbox.gapTotals ?? []) if (count > 0) this.#happened(reason, '', count);
    }
    this.#judge.conclude(this.#cloud.log);
  }

  #converge(): void {
    if (this.#time.run(this.#time.nowMs + CONVERGE_MS_MAX, () => this.#isIdle())) return;
    throw new Error(`does not converge: ${this.#describeRest()}`);
  }

  tally() {
    const published = [...this.#judge.published.versions.values()].reduce((sum, { length }) => sum + length, 0);
    const happenings = Object.fromEntries(this.#happenings);
    return { uplinks: this.#uplinks.length, published, happenings, simulatedMs: this.#time.nowMs };
  }

  /** Closes what is open, without a word. */
  abandon(): void {
    this.#cloud?.log.store.close();
    for (const { process } of this.#machines) process?.outbox.abandon();
  }

  #trace(event: string): void {
    this.#surroundings.trace(this.#time.nowMs, event);
  }

  #happened(kind: string, detail: string, count = 1): void {
    this.#happenings.set(kind, (this.#happenings.get(kind) ?? 0) + count);
    this.#trace(`${kind}: ${detail}`);
  }

  #edgeNowMs(machine: EdgeMachine): number {
    return Math.max(0, START_MS + this.#time.nowMs + machine.clockOffsetMs);
  }

  #startEdge(machine: EdgeMachine): void {
    const { random, worlds } = this.#surroundings;
    const plan = this.#schedule.edges[machine.index];
    const world = worlds[machine.index];
    if (plan === undefined || world === undefined) throw new Error(`no edge ${machine.index}`);
    this.#trace(`${world.config.edge} starts`);
    machine.process = new SimulatedEdge(machine.disk.path, {
      ...world,
      time: this.#time,
      network: this.#network,
      random,
      bounds: { ...OUTBOX, ...plan.outbox },
      link: plan.link,
      nowMs: () => this.#edgeNowMs(machine),
      committed: (uplinks) => this.#ledger.committed(uplinks),
      happened: (kind, detail) => this.#happened(kind, `${world.config.edge} ${detail}`),
    });
  }

  #startCloud(): void {
    this.#trace('the cloud starts');
    const cloud = new SimulatedCloud(this.#cloudDisk.path, {
      time: this.#time,
      network: this.#network,
      random: this.#surroundings.random,
      nowMs: () => START_MS + this.#time.nowMs + this.#cloudOffsetMs,
      committed: (commit, bodyOf, log) => {
        this.#judge.committed(commit, bodyOf, log);
        this.#happened('commit', `${commit.batches.length} batches`);
        for (const { counts } of commit.batches) this.#count(counts);
      },
      clockBehind: () => this.#happened('clock-behind', 'the cloud commits nothing'),
    });
    this.#cloud = cloud;
    this.#judge.published.verify(cloud.log);
  }

  #count({ corrections, duplicates, superseded }: BatchCounts): void {
    for (const [kind, count] of Object.entries({ corrections, duplicates, superseded })) {
      if (count > 0) this.#happened(kind, String(count), count);
    }
  }

  #apply(event: Exclude<PlannedEvent, PlannedUplink>): void {
    this.#trace(JSON.stringify(event));
    switch (event.kind) {
      case 'weather':
        this.#network.weather = event.weather;
        break;
      case 'cut':
        this.#network.cut(this.#nameOf(event.edge));
        break;
      case 'half-open':
        this.#network.swallow(this.#nameOf(event.edge));
        break;
      case 'resend':
        this.#machine(event.edge).process?.askToResend();
        break;
      case 'cloud-clock':
        this.#cloudOffsetMs += event.jumpMs;
        break;
      case 'edge-clock':
        this.#jump(this.#machine(event.edge), event.jump);
        break;
      case 'cloud-ends':
        this.#endCloud(event.how, event.downMs);
        break;
      case 'edge-ends':
        if (this.#endEdge(this.#machine(event.edge), event.how)) this.#restartEdge(event.edge, event.downMs);
        break;
      case 'edge-image':
        this.#takeImage(this.#machine(event.edge));
        break;
      case 'edge-restored':
        this.#restore(this.#machine(event.edge), event.downMs);
        break;
    }
  }

  #machine(edge: number): EdgeMachine {
    return this.#machines[edge] as EdgeMachine;
  }

  #nameOf(edge: number): string {
    return this.#surroundings.worlds[edge]?.config.edge ?? '';
  }

  #jump(machine: EdgeMachine, jump: ClockJump): void {
    const trueMs = START_MS + this.#time.nowMs;
    machine.clockOffsetMs = jump === 'to-1970' ? 1_000 - trueMs : machine.clockOffsetMs + jump.byMs;
  }

  /** False when the machine is down already. */
  #endEdge(machine: EdgeMachine, how: EdgeEnding): boolean {
    const { process } = machine;
    if (process === undefined) return false;
    machine.process = undefined;
    this.#happened(how, this.#nameOf(machine.index));
    if (how === 'stopped') process.stop();
    else {
      process.die();
      machine.disk.end(how, () => process.outbox.abandon());
    }
    this.#network.leave(this.#nameOf(machine.index));
    return true;
  }

  #restartEdge(edge: number, downMs: number): void {
    this.#time.after(downMs, () => this.#startEdge(this.#machine(edge)));
  }

  #endCloud(how: Ending, downMs: number): void {
    const cloud = this.#cloud;
    if (cloud === undefined) return;
    this.#cloud = undefined;
    this.#happened(how, 'the cloud');
    cloud.die();
    this.#cloudDisk.end(how, () => cloud.log.store.close());
    this.#time.after(downMs, () => this.#startCloud());
  }

  #takeImage(machine: EdgeMachine): void {
    if (machine.process === undefined) return;
    machine.image = { restore: machine.disk.takeImage(), mark: this.#ledger.mark };
  }

  #restore(machine: EdgeMachine, downMs: number): void {
    const { image } = machine;
    if (image === undefined || !this.#endEdge(machine, 'killed')) return;
    this.#happened('restored', this.#nameOf(machine.index));
    image.restore();
    this.#ledger.forget(machine.index, image.mark);
    this.#restartEdge(machine.index, downMs);
  }

  /** Everything that was broken from outside is mended; what the programs have to find by themselves is left to them. */
  #heal(): void {
    this.#trace('everything heals');
    this.#network.weather = FAIR_WEATHER;
    for (const machine of this.#machines) machine.clockOffsetMs = 0;
    // A clock that ran ahead while it stamped cannot go back: its operator leaves it there.
    const trueMs = START_MS + this.#time.nowMs;
    this.#cloudOffsetMs = Math.max(0, this.#judge.published.lastStampMs - trueMs);
  }

  #isIdle(): boolean {
    return (
      this.#sources.openDeliveries === 0 &&
      this.#cloud !== undefined &&
      this.#machines.every(({ process }) => process?.isIdle === true)
    );
  }

  #describeRest(): string {
    const rests = this.#machines.map(({ process }) => process?.outbox.behindCount ?? 'down');
    return `${this.#sources.openDeliveries} deliveries are open, behind by ${rests.join(' and ')}`;
  }
}

function isUplink(event: PlannedEvent): event is PlannedUplink {
  return event.kind === 'uplink';
}
