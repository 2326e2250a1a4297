import type { Session } from '@meetbrug/protocols/lorawan';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import Database from 'better-sqlite3';
import type { EdgeConfig } from '../config/edge-config.ts';
import { LorawanSessions } from '../lorawan/sessions.ts';
import type { DeviceRegistry } from '../normalise/device-registry.ts';
import { CounterStore } from '../outbox/counter-store.ts';
import { DescriptionStore } from '../outbox/description-store.ts';
import { SessionCounterStore } from '../outbox/session-counter-store.ts';
import { WindowStore } from '../outbox/window-store.ts';
import { type ReplayProgress, remainingRows } from './replay-progress.ts';
import { ReplayQueue } from './replay-queue.ts';
import { replayIntakeRules } from './replay-rules.ts';
import type { ReplaySelection } from './replay-selection.ts';
import { checkSchema, firstProgress } from './request-replay.ts';
import { runReplay } from './run-replay.ts';

const CHUNK_ROWS = 64;

export interface DryRunOptions {
  readonly outboxFile: string;
  readonly selection: ReplaySelection;
  readonly config: EdgeConfig;
  readonly devices: DeviceRegistry;
  /** Those of the configuration. */
  readonly sessions: readonly Session[];
  readonly nowMs: EpochMs;
  /** After each chunk, with how many rows are still to be looked at. */
  readonly progressed: (remaining: number) => void;
}

/** What a replay would come to, with nothing written; the edge may be running. */
export function dryRunReplay(options: DryRunOptions): Result<ReplayProgress, Fault<'other-schema'>> {
  const { config, devices, selection, nowMs } = options;
  const connection = new Database(options.outboxFile, { readonly: true });
  try {
    const fits = checkSchema(connection);
    if (!fits.ok) return fits;
    const { window } = new WindowStore(connection, config.deduplication.uplinksMax);
    const descriptions = new DescriptionStore(connection);
    const counters = new CounterStore(connection);
    const queue = new ReplayQueue(connection);
    const frameCounters = new SessionCounterStore(connection);
    const committedCounter = (session: string) => frameCounters.read(session);
    const sessions = new LorawanSessions(options.sessions, { ...config.lorawan, committedCounter });
    const intake = replayIntakeRules(config, devices, (datastream) => counters.read(datastream), sessions);
    let progress = firstProgress(connection, selection);
    while (remainingRows(progress) > 0) {
      const replay = { id: 0, configuration: '', selection, progress };
      progress = runReplay(replay, queue.read(replay, CHUNK_ROWS), {
        rules: {
          intake,
          isSeen: (fingerprint) => window.has(fingerprint),
          datastreamOf: (id) => descriptions.get(id)?.datastream,
          nowMs,
        },
        added: ({ fingerprint }) => window.add(fingerprint),
        isLate: () => false,
      }).progress;
      options.progressed(remainingRows(progress));
    }
    return ok(progress);
  } finally {
    connection.close();
  }
}
