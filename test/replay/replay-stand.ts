import { join } from 'node:path';
import { loadEdgeConfig } from '@meetbrug/edge/src/config/load-edge-config.ts';
import { openModels } from '@meetbrug/edge/src/decode/open-models.ts';
import { createDerivation } from '@meetbrug/edge/src/derive/create-derivation.ts';
import { type IntakeRules, planMessage } from '@meetbrug/edge/src/intake/plan-message.ts';
import { LorawanSessions } from '@meetbrug/edge/src/lorawan/sessions.ts';
import { deviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import { OUTBOX_FILE } from '@meetbrug/edge/src/outbox/open-outbox.ts';
import type { Outbox } from '@meetbrug/edge/src/outbox/outbox.ts';
import { readQuarantine } from '@meetbrug/edge/src/outbox/read-quarantine.ts';
import { UNKNOWN_CLOCK } from '@meetbrug/edge/src/quality/mod.ts';
import type { ReplayProgress } from '@meetbrug/edge/src/replay/replay-progress.ts';
import { replayIntakeRules } from '@meetbrug/edge/src/replay/replay-rules.ts';
import type { ReplaySelection } from '@meetbrug/edge/src/replay/replay-selection.ts';
import { requestReplay } from '@meetbrug/edge/src/replay/request-replay.ts';
import { startReplaying } from '@meetbrug/edge/src/replay/start-replaying.ts';
import { type Cancel, MACHINE_SCHEDULER, type Scheduler } from '@meetbrug/edge/src/scheduler.ts';
import { openTestOutbox, RECEIVED_MS } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { manualTime } from '@meetbrug/edge/src/testing/manual-time.ts';
import type { Session } from '@meetbrug/protocols/lorawan';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import Database from 'better-sqlite3';

const CONFIGURATION = 'the same';

/** An outbox that takes messages by the rules of the intake, and runs raw forms again, with a configuration that changes. */
export class ReplayStand {
  readonly dataDir: string;
  outbox: Outbox;
  #live: IntakeRules | undefined;
  #replay: IntakeRules | undefined;
  /** When rows of a replay are written. */
  replayedMs = RECEIVED_MS + 1_000;

  constructor(dataDir: string) {
    this.dataDir = dataDir;
    this.outbox = openTestOutbox(dataDir, { quarantine: { recordsMax: 10_000, bytesMax: 1e8, keepDays: 30 } }).outbox;
  }

  /** Starts the edge again with this configuration file. */
  async configure(file: string, lorawan: readonly Session[] = []): Promise<void> {
    const config = loadEdgeConfig(file);
    if (!config.ok) throw new Error(config.fault.detail);
    const models = await openModels(config.value.models, () => performance.now());
    if (!models.ok) throw new Error(JSON.stringify(models.faults));
    const devices = deviceRegistry(config.value, models.value);
    const committedCounter: Outbox['committedCounter'] = (datastream) => this.outbox.committedCounter(datastream);
    const sessions = new LorawanSessions(lorawan, {
      ...config.value.lorawan,
      committedCounter: (session) => this.outbox.committedFrameCounter(session),
    });
    this.#replay = replayIntakeRules(config.value, devices, committedCounter, sessions);
    const derivation = createDerivation(config.value, devices, { clockState: UNKNOWN_CLOCK, committedCounter });
    this.#live = { ...this.#replay, derivation };
  }

  /** Takes a message as the intake does. */
  take(message: RawMessage): void {
    const rules = this.#live ?? raise('not configured');
    this.outbox.commit((writer) => {
      const planned = planMessage(message, rules, (fingerprint) => this.outbox.window.has(fingerprint));
      if (planned.counter !== undefined) writer.setFrameCounter(planned.counter);
      if (planned.kind === 'quarantine') writer.addQuarantine(planned.record);
      if (planned.kind !== 'uplink') return;
      this.outbox.window.add(planned.uplink.fingerprint);
      writer.addUplink(planned.uplink);
      for (const record of planned.quarantine) writer.addQuarantine(record);
    });
  }

  request(selection: Partial<ReplaySelection> = {}): void {
    const file = join(this.dataDir, OUTBOX_FILE);
    const surroundings = { configuration: CONFIGURATION, nowMs: this.replayedMs };
    const requested = requestReplay(file, { kept: false, ...selection }, surroundings);
    if (!requested.ok) throw new Error(requested.fault.detail);
  }

  /** Runs what was asked for, and returns what it came to. */
  replay(selection: Partial<ReplaySelection> = {}): Pick<ReplayProgress, 'outcomes' | 'reasons'> {
    this.request(selection);
    const time = manualTime();
    let done: ReplayProgress | undefined;
    const stop = this.#start(time, (progress) => {
      done = progress;
    });
    time.pass(60_000);
    stop();
    const { outcomes, reasons } = done ?? raise('not done');
    return { outcomes, reasons };
  }

  /** Works in real time through one request. */
  workUntilDone(): Promise<void> {
    return new Promise((resolve) => {
      const time = { scheduler: MACHINE_SCHEDULER, nowMs: () => performance.now() };
      // A turn schedules the next one when it ends.
      const stop = this.#start(time, () => setImmediate(() => resolve(stop())));
    });
  }

  #start(
    time: { readonly scheduler: Scheduler; readonly nowMs: () => number },
    finished: (progress: ReplayProgress) => void,
  ): Cancel {
    return startReplaying({
      outbox: this.outbox,
      rules: this.#replay ?? raise('not configured'),
      countersMoved: () => this.#live?.derivation.rollBack(),
      configuration: CONFIGURATION,
      nowMs: () => this.replayedMs,
      monotonicMs: time.nowMs,
      notify: () => undefined,
      finished: (_, progress) => finished(progress),
      failed: (error) => {
        throw error;
      },
      scheduler: time.scheduler,
    });
  }

  /** Rows in the file, while another process may write it. */
  static rowCount(dataDir: string): number {
    const connection = new Database(join(dataDir, OUTBOX_FILE), { readonly: true });
    try {
      return connection.prepare('SELECT count(*) FROM uplinks').pluck().get() as number;
    } finally {
      connection.close();
    }
  }

  /** Begins of the phenomenon times of all rows' values of a property. */
  begins(property: string): number[] {
    const { uplinks } = this.outbox.read([1, this.outbox.nextSequence - 1], Number.MAX_SAFE_INTEGER);
    return uplinks.flatMap(({ observations }) =>
      observations.flatMap(([description, beginMs]) =>
        this.outbox.description(description)?.property === property ? [beginMs] : [],
      ),
    );
  }

  /** Every row: its sequence, and its values by property, direction and minute of the phenomenon time. */
  rows(): { readonly sequence: number; readonly values: Record<string, string> }[] {
    const end = this.outbox.nextSequence - 1;
    const { uplinks } = end === 0 ? { uplinks: [] } : this.outbox.read([1, end], Number.MAX_SAFE_INTEGER);
    return uplinks.map(({ sequence, observations }) => ({
      sequence,
      values: Object.fromEntries(
        observations.map(([description, beginMs, endMs, , value]) => {
          const { property, direction = '' } = this.outbox.description(description) ?? raise('no description');
          const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
          return [
            `${property}${direction === '' ? '' : `-${direction}`} ${time(beginMs)}${endMs === null ? '' : `-${time(endMs)}`}`,
            value,
          ];
        }),
      ),
    }));
  }

  /** Reasons of the records that are left. */
  reasons(): string[] {
    return [...readQuarantine(join(this.dataDir, OUTBOX_FILE))].map(({ reason }) => reason);
  }
}

function raise(message: string): never {
  throw new Error(message);
}
