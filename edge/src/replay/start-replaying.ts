import type { EpochMs } from '@meetbrug/protocols/observation';
import type { IntakeRules } from '../intake/plan-message.ts';
import { isNoRoom } from '../outbox/no-room.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type Cancel, MACHINE_SCHEDULER, type Scheduler } from '../scheduler.ts';
import { type ReplayProgress, remainingRows } from './replay-progress.ts';
import { runReplay } from './run-replay.ts';

const IDLE_MS = 1_000;
/** Between two turns while there is more: live data must not wait for old data. */
const BUSY_MS = 20;
const CHUNK_ROWS = 64;
/** A turn holds the event loop no longer than this and one raw form. */
const TURN_MS_MAX = 50;

export interface ReplayingOptions {
  readonly outbox: Pick<Outbox, 'replays' | 'commit' | 'window' | 'isFull' | 'description'>;
  /** With a derivation of their own. */
  readonly rules: IntakeRules;
  /** Forgets what the live derivation remembers of counters: the outbox has newer ones. Called between two groups. */
  readonly countersMoved: () => void;
  /** Of the configuration that this program runs with. */
  readonly configuration: string;
  readonly nowMs: () => EpochMs;
  readonly monotonicMs: () => number;
  /** There is something new to send. */
  readonly notify: () => void;
  readonly finished: (id: number, progress: ReplayProgress) => void;
  readonly failed: (error: unknown) => void;
  readonly scheduler?: Scheduler;
}

/**
 * Works through the requests to run raw forms again, in small turns, for as long as the edge runs. A turn is one
 * transaction around what it takes out of the quarantine, what it writes for that and how far it came: a crash at any
 * moment costs nothing and repeats nothing. Returns how to stop.
 */
export function startReplaying(options: ReplayingOptions): Cancel {
  const { outbox, nowMs, monotonicMs, failed } = options;
  const scheduler = options.scheduler ?? MACHINE_SCHEDULER;
  let cancel = scheduler.after(0, turn);
  return () => cancel();

  function turn(): void {
    try {
      cancel = scheduler.after(runTurn() ? BUSY_MS : IDLE_MS, turn);
    } catch (error) {
      if (isNoRoom(error)) cancel = scheduler.after(IDLE_MS, turn);
      else failed(error);
    }
  }

  /** Whether there may be more. */
  function runTurn(): boolean {
    const replay = outbox.replays.next(options.configuration);
    if (replay === undefined || outbox.isFull()) return false;
    const { rules } = options;
    const untilMs = monotonicMs() + TURN_MS_MAX;
    let progress = replay.progress;
    let isWritten = false;
    rules.derivation.rollBack();
    const committed = outbox.commit((writer) => {
      const replayed = runReplay(replay, outbox.replays.read(replay, CHUNK_ROWS), {
        rules: {
          intake: rules,
          isSeen: (fingerprint) => outbox.window.has(fingerprint),
          datastreamOf: (id) => outbox.description(id)?.datastream,
          nowMs: nowMs(),
        },
        writer,
        added: ({ fingerprint }) => outbox.window.add(fingerprint),
        isLate: () => monotonicMs() >= untilMs,
      });
      progress = replayed.progress;
      isWritten = replayed.isWritten;
      outbox.replays.save(replay.id, progress, nowMs(), remainingRows(progress) === 0);
    });
    rules.derivation.rollBack();
    if (!committed.ok) {
      rules.sessions?.rollBack();
      return false;
    }
    if (isWritten) {
      options.countersMoved();
      options.notify();
    }
    if (remainingRows(progress) === 0) options.finished(replay.id, progress);
    return true;
  }
}
