import { join } from 'node:path';
import type { EdgeConfig } from '@meetbrug/edge/src/config/edge-config.ts';
import { createDerivation } from '@meetbrug/edge/src/derive/create-derivation.ts';
import { type GroupStore, Intake, type IntakeOutcome } from '@meetbrug/edge/src/intake/intake.ts';
import { CloudLink } from '@meetbrug/edge/src/link/cloud-link.ts';
import type { LinkObserver } from '@meetbrug/edge/src/link/link-observer.ts';
import type { DeviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import { OUTBOX_FILE, openOutbox } from '@meetbrug/edge/src/outbox/open-outbox.ts';
import type { NewUplink, Outbox, OutboxBounds } from '@meetbrug/edge/src/outbox/outbox.ts';
import { requestResend } from '@meetbrug/edge/src/outbox/resend-request.ts';
import { startResending } from '@meetbrug/edge/src/outbox/start-resending.ts';
import { UNKNOWN_CLOCK } from '@meetbrug/edge/src/quality/mod.ts';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { LinkSettings } from './plan-schedule.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import { ProcessTimers, type VirtualTime } from './virtual-time.ts';

/** Less often than the program does it: an idle outbox is asked for nothing else in simulated hours. */
const PRUNE_EVERY_MS = 7_000;

export interface EdgeSurroundings {
  readonly time: VirtualTime;
  readonly network: SimulatedNetwork;
  readonly random: SeededRandom;
  readonly config: EdgeConfig;
  readonly devices: DeviceRegistry;
  readonly bounds: OutboxBounds;
  readonly link: LinkSettings;
  /** The clock of the edge's machine. */
  readonly nowMs: () => number;
  /** A transaction with these uplinks, in this order, has become durable. */
  readonly committed: (uplinks: readonly NewUplink[]) => void;
  /** For the trace, and for the count of what schedules reach. */
  readonly happened: (kind: string, detail: string) => void;
}

/** One life of an edge: the shipped intake, outbox and link, composed as `edge/src/main.ts` does. */
export class SimulatedEdge {
  readonly timers: ProcessTimers;
  readonly outbox: Outbox;
  readonly link: CloudLink;
  readonly #intake: Intake;
  readonly #file: string;
  readonly #nowMs: () => number;

  constructor(dataDir: string, surroundings: EdgeSurroundings) {
    const { time, config, devices, bounds, nowMs, random, network, happened } = surroundings;
    this.timers = new ProcessTimers(time);
    const newEpoch = () => random.hex(16);
    const opened = openOutbox({ dataDir, bounds, nowMs, newEpoch });
    if (opened.setAside !== undefined) throw new Error(`${config.edge}: the outbox was found damaged`);
    this.outbox = opened.outbox;
    const dialler = {
      edge: config.edge,
      timers: this.timers,
      keepaliveMs: surroundings.link.keepaliveSeconds * 1_000,
    };
    this.link = new CloudLink({
      ...surroundings.link,
      edge: config.edge,
      connect: (events) => network.connect(dialler, events),
      outbox: this.outbox,
      history: this.outbox.resends,
      observer: linkObserver(happened),
      newEpoch,
      monotonicMs: () => time.nowMs,
      random: () => random.unit(),
      scheduler: this.timers,
    });
    const derivation = createDerivation(config, devices, {
      clockState: UNKNOWN_CLOCK,
      committedCounter: (datastream) => this.outbox.committedCounter(datastream),
    });
    const { unclearedPayloadHours } = config.privacy;
    this.#intake = new Intake(
      recordingStore(this.outbox, surroundings.committed),
      { devices, derivation, payloadBytesMax: config.broker.packetBytesMax, unclearedPayloadHours },
      {
        committed: ({ uplinkCount, quarantineCounts }) => {
          if (quarantineCounts.size > 0) throw new Error(`quarantine: ${[...quarantineCounts.keys()].join()}`);
          if (uplinkCount > 0) this.link.notify();
        },
        refused: (code) => happened('refused', code),
        failed: rethrow,
      },
      undefined,
      this.timers,
    );
    this.timers.every(PRUNE_EVERY_MS, () => this.#prune(surroundings));
    const { timers: scheduler, link } = this;
    startResending({ resends: this.outbox.resends, nowMs, notify: () => link.notify(), failed: rethrow, scheduler });
    this.#file = join(dataDir, OUTBOX_FILE);
    this.#nowMs = nowMs;
  }

  /** Everything is with the cloud, and nothing is under way. */
  get isIdle(): boolean {
    const { outbox, link } = this;
    return outbox.behindCount === 0 && outbox.resends.pendingCount === 0 && link.inFlightCount === 0;
  }

  /** As `meetbrug-edge resend` does from a process of its own. */
  askToResend(): void {
    requestResend(this.#file, { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, nowMs: this.#nowMs() });
  }

  #prune({ nowMs }: EdgeSurroundings): void {
    this.outbox.prune(nowMs());
    // A report of gaps is something to send.
    if (this.outbox.behindCount > 0) this.link.notify();
  }

  /** A message from a source; `done` as the intake calls it, while this process lives. */
  deliver(message: RawMessage, done: (outcome: IntakeOutcome) => void): void {
    this.#intake.deliver(message, done);
  }

  /** The process is gone at this instant; its files stay as they are until {@link Outbox.abandon}. */
  die(): void {
    this.timers.end();
  }

  /** Stops as the program does when it is told to. */
  stop(): void {
    this.#intake.stop();
    void this.link.stop();
    this.timers.end();
    this.outbox.close();
  }
}

/** The outbox as the intake sees it, with a witness of what becomes durable. */
function recordingStore(outbox: Outbox, committed: EdgeSurroundings['committed']): GroupStore {
  return {
    window: outbox.window,
    isFull: () => outbox.isFull(),
    commit(write) {
      const uplinks: NewUplink[] = [];
      const outcome = outbox.commit((writer) =>
        write({
          addUplink(uplink) {
            uplinks.push(uplink);
            writer.addUplink(uplink);
          },
          addQuarantine: (record) => writer.addQuarantine(record),
          setFrameCounter: (counter) => writer.setFrameCounter(counter),
        }),
      );
      if (outcome.ok) committed(uplinks);
      return outcome;
    },
  };
}

function linkObserver(happened: EdgeSurroundings['happened']): LinkObserver {
  return {
    connected: () => happened('welcome', ''),
    disconnected: (reason) => happened('disconnected', reason),
    epochStarted: (epoch, above) => happened('epoch', `${epoch} above ${above}`),
    batchSent: (uplinkCount) => happened('batch', `${uplinkCount} uplinks`),
    acknowledged: (uplinkCount) => happened('acknowledged', `${uplinkCount} uplinks`),
    refused(code, sequence) {
      throw new Error(`the cloud refused an observation of sequence ${sequence}: ${code}`);
    },
    lost(damaged, missing) {
      throw new Error(`rows are lost: damaged ${damaged.join()}, missing ${JSON.stringify(missing)}`);
    },
    badBody(kind, detail) {
      throw new Error(`the cloud sent a bad ${kind}: ${detail}`);
    },
    timedOut: (batchCount) => happened('timed-out', `${batchCount} batches`),
    failed: rethrow,
  };
}

function rethrow(error: unknown): never {
  throw error;
}
