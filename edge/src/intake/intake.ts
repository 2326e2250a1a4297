import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';
import type { GroupWriter } from '../outbox/outbox.ts';
import { MACHINE_SCHEDULER, type Scheduler } from '../scheduler.ts';
import { GroupTally } from './group-tally.ts';
import { type IntakeRules, planMessage, type SeenUplinks } from './plan-message.ts';

export type IntakeFaultCode = 'outbox-full' | 'no-room' | 'intake-full' | 'commit-failed' | 'stopped';

/** `ok` after the commit: the message is durable, counted or in quarantine. A fault: the source must deliver it again. */
export type IntakeOutcome = Result<undefined, Fault<IntakeFaultCode>>;

/** How sources hand over a message. `done` is called once, never before this function has returned. */
export type DeliverMessage = (message: RawMessage, done: (outcome: IntakeOutcome) => void) => void;

/** What the intake needs of the outbox. */
export interface GroupStore {
  readonly window: SeenUplinks;
  isFull(): boolean;
  /**
   * One transaction around everything that `write` writes. Durable when it succeeds; a fault when the disk is full: then
   * nothing of it has happened. Throws when it is not known what has.
   */
  commit(write: (writer: GroupWriter) => void): Result<unknown, Fault<'no-room'>>;
}

export interface IntakeObserver {
  /** Observations of an uplink of the running transaction: not durable before `committed`, and nothing if it fails. */
  written?(observations: readonly NormalisedObservation[]): void;
  committed(tally: GroupTally): void;
  /** The running transaction did not happen, and its sources keep what it held. */
  rolledBack?(): void;
  refused(code: IntakeFaultCode, messageCount: number): void;
  /** A commit failed: nothing is retried on that connection, the program has to stop. */
  failed(error: unknown): void;
}

export interface IntakeBounds {
  /** Messages of one transaction: how long the event loop is held. */
  readonly groupMessagesMax: number;
  /** Messages that wait for a commit; one more is refused and stays with its sender. */
  readonly waitingMessagesMax: number;
}

export const INTAKE_BOUNDS: IntakeBounds = { groupMessagesMax: 256, waitingMessagesMax: 65_536 };

interface Waiting {
  readonly message: RawMessage;
  readonly done: (outcome: IntakeOutcome) => void;
}

/**
 * Group commit: what arrives in one turn of the event loop becomes durable in one transaction,
 * and only then are the sources answered. Groups form by themselves, because a broker hands over all packets of one read.
 */
export class Intake {
  readonly #store: GroupStore;
  readonly #rules: IntakeRules;
  readonly #observer: IntakeObserver;
  readonly #bounds: IntakeBounds;
  readonly #scheduler: Scheduler;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #stopped = false;

  constructor(
    store: GroupStore,
    rules: IntakeRules,
    observer: IntakeObserver,
    bounds = INTAKE_BOUNDS,
    scheduler = MACHINE_SCHEDULER,
  ) {
    this.#store = store;
    this.#rules = rules;
    this.#observer = observer;
    this.#bounds = bounds;
    this.#scheduler = scheduler;
  }

  readonly deliver: DeliverMessage = (message, done) => {
    if (this.#stopped) return this.#refuseOne(done, 'stopped', 'the edge is stopping');
    if (this.#waiting.length >= this.#bounds.waitingMessagesMax) {
      return this.#refuseOne(done, 'intake-full', `${this.#waiting.length} messages wait for a commit`);
    }
    this.#waiting.push({ message, done });
    this.#schedule();
  };

  #refuseOne(done: Waiting['done'], code: IntakeFaultCode, detail: string): void {
    this.#observer.refused(code, 1);
    this.#scheduler.immediate(() => done(fail(code, detail)));
  }

  /** Commits what has been delivered and refuses what comes later. */
  stop(): void {
    while (this.#waiting.length > 0 && !this.#stopped) this.#commitGroup();
    this.#stopped = true;
  }

  /** After the packets of this turn, without a timer: a fixed delay would only let senders with a small window wait. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#scheduler.immediate(() => {
      this.#scheduled = false;
      if (this.#stopped || this.#waiting.length === 0) return;
      this.#commitGroup();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commitGroup(): void {
    const group = this.#waiting.slice(0, this.#bounds.groupMessagesMax);
    this.#waiting = this.#waiting.slice(group.length);
    try {
      if (this.#store.isFull()) {
        this.#observer.refused('outbox-full', group.length);
        answer(group, fail('outbox-full', 'outbox.bytesMax is reached and nothing more is acknowledged'));
        return;
      }
      const tally = new GroupTally();
      const committed = this.#store.commit((writer) => {
        for (const { message } of group) this.#write(message, writer, tally);
      });
      if (!committed.ok) {
        this.#rules.derivation.rollBack();
        this.#rules.sessions?.rollBack();
        this.#observer.rolledBack?.();
        this.#observer.refused('no-room', group.length);
        answer(group, committed);
        return;
      }
      this.#observer.committed(tally);
    } catch (error) {
      this.#stopped = true;
      answer([...group, ...this.#waiting.splice(0)], fail('commit-failed', 'the outbox could not be written'));
      this.#observer.failed(error);
      return;
    }
    answer(group, ok(undefined));
  }

  /** Message by message inside the transaction: what parsing leaves behind is garbage at once, not a whole group later. */
  #write(message: RawMessage, writer: GroupWriter, tally: GroupTally): void {
    const seen = this.#store.window;
    const planned = planMessage(message, this.#rules, (fingerprint) => seen.has(fingerprint));
    tally.add(planned);
    if (planned.counter !== undefined) writer.setFrameCounter(planned.counter);
    if (planned.kind === 'quarantine') writer.addQuarantine(planned.record);
    if (planned.kind !== 'uplink') return;
    seen.add(planned.uplink.fingerprint);
    writer.addUplink(planned.uplink);
    for (const record of planned.quarantine) writer.addQuarantine(record);
    this.#observer.written?.(planned.uplink.observations);
  }
}

function answer(group: readonly Waiting[], outcome: IntakeOutcome): void {
  for (const { done } of group) done(outcome);
}
