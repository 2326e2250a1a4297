import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { type GapReason, gapPath } from '@meetbrug/protocols/oslo';
import type { EntityLog } from './entities.ts';
import type { Store } from './open-store.ts';

/** What a gap is in: a datastream, or all that a gateway delivers. */
export type GapSubject = DatastreamKey | `poort/${string}`;

export interface Gap {
  readonly organisation: string;
  readonly subject: GapSubject;
  readonly reason: GapReason;
  readonly observations: number;
  /** First and last begin of the phenomenon times. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface GapLog {
  /**
   * Takes over a gap that an edge reports. False when it was known: a report is recognised by what it is about and the
   * moment at which the edge wrote it, whatever sequence and epoch it comes under.
   */
  report(gap: Gap, reportedMs: number, stampMs: number): boolean;
  /** Counts what the cloud itself does not publish; {@link publishDue} says it to readers. */
  note(gap: Gap): void;
  /** Publishes what was noted, at most once in {@link REPORT_EVERY_MS} for a subject and reason; returns how many. */
  publishDue(stampMs: number): number;
}

export const REPORT_EVERY_MS = 60_000;

/** Bounds the work that one batch does for gaps of others; the next batch takes the rest. */
const DUE_MAX = 256;

interface PendingRow {
  organisation: string;
  subject: GapSubject;
  reason: GapReason;
  pending: number;
  pending_first_ms: number;
  pending_last_ms: number;
}

export function createGapLog(store: Store, entities: EntityLog): GapLog {
  const statements = prepare(store);

  const count = ({ organisation, subject, reason, observations, firstMs, lastMs }: Gap, pending: number) =>
    statements.count.run(organisation, subject, reason, observations, firstMs, lastMs, pending, firstMs, lastMs);

  const publish = ({ organisation, ...gap }: Gap, reportedMs: number, stampMs: number): boolean => {
    const path = gapPath(gap.subject, gap.reason, reportedMs);
    return entities.publishOnce(organisation, { path, body: { kind: 'gap', ...gap } }, stampMs);
  };

  return {
    report(gap, reportedMs, stampMs) {
      if (!publish(gap, reportedMs, stampMs)) return false;
      count(gap, 0);
      return true;
    },
    note: (gap) => void count(gap, gap.observations),
    publishDue(stampMs) {
      const due = statements.selectDue.all(stampMs - REPORT_EVERY_MS, DUE_MAX);
      for (const row of due) {
        const { organisation, subject, reason, pending: observations } = row;
        const [firstMs, lastMs] = [row.pending_first_ms, row.pending_last_ms];
        publish({ organisation, subject, reason, observations, firstMs, lastMs }, stampMs, stampMs);
        statements.settle.run(stampMs, organisation, subject, reason);
      }
      return due.length;
    },
  };
}

function prepare(store: Store) {
  // A count stops at what JavaScript can hold, so that an edge cannot make it unreadable.
  return {
    count: store.prepare(`
      INSERT INTO gap (organisation, subject, reason, observations, first_ms, last_ms, pending, pending_first_ms,
        pending_last_ms, reported_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
      ON CONFLICT (organisation, subject, reason) DO UPDATE SET
        observations = min(observations + excluded.observations, ${Number.MAX_SAFE_INTEGER}),
        first_ms = min(first_ms, excluded.first_ms),
        last_ms = max(last_ms, excluded.last_ms),
        pending_first_ms = iif(pending = 0, excluded.first_ms, min(pending_first_ms, excluded.first_ms)),
        pending_last_ms = iif(pending = 0, excluded.last_ms, max(pending_last_ms, excluded.last_ms)),
        pending = pending + excluded.pending`),
    selectDue: store.prepare<[number, number], PendingRow>(`
      SELECT organisation, subject, reason, pending, pending_first_ms, pending_last_ms
      FROM gap WHERE pending > 0 AND reported_ms <= ? ORDER BY reported_ms LIMIT ?`),
    settle: store.prepare(
      'UPDATE gap SET pending = 0, reported_ms = ? WHERE organisation = ? AND subject = ? AND reason = ?',
    ),
  };
}
