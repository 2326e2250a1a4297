import { sha256 } from './audit-folder.ts';
import type { Audit } from './open-audit.ts';

/** What a running cloud writes into its audit log. */
export interface RunningAudit {
  /** A login, subscription or publication that was refused; at most one entry a minute for a reason, with their number. */
  refused(what: { readonly edge: string | undefined; readonly reason: string; readonly count: number }): void;
  takenOver(edge: string): void;
  /** Observations and batches that went to quarantine, by reason; an entry a minute says how many. */
  quarantined(counts: Readonly<Record<string, number>>): void;
  /** An answer to a request for a certificate. */
  certificateAsked(what: {
    readonly request: 'enrol' | 'renew';
    readonly address: string;
    readonly edge?: string;
    readonly refusal?: string;
  }): void;
  stop(): void;
}

const WHO = 'cloud';
const TALLY_EVERY_MS = 60_000;
const HEAD_EVERY_MS = 3_600_000;

/**
 * Writes the start of a cloud, and from then on what it is told. An entry waits for the disk, so what strangers can cause
 * often is counted and written once a minute.
 */
export function recordRunning(audit: Audit, configuration: unknown): RunningAudit {
  recordStart(audit, sha256(JSON.stringify(configuration)));
  audit.sayHead();
  const quarantined = createTally((counts) => audit.record('quarantine', WHO, counts));
  const takenOver = createTally((counts) => audit.record('connection-taken-over', WHO, counts));
  const refusedCertificates = createTally((counts) => audit.record('enrolment-refused', WHO, counts));
  const tallies = [quarantined, takenOver, refusedCertificates];
  const tallying = setInterval(() => tallies.forEach((tally) => void tally.flush()), TALLY_EVERY_MS);
  const heading = setInterval(audit.sayHead, HEAD_EVERY_MS);
  return {
    refused: ({ edge = null, reason, count }) => audit.record('link-refused', WHO, { edge, reason, count }),
    takenOver: (edge) => takenOver.add(edge, 1),
    quarantined(counts) {
      for (const [reason, count] of Object.entries(counts)) quarantined.add(reason, count);
    },
    certificateAsked({ request, address, edge = null, refusal }) {
      if (refusal !== undefined) return refusedCertificates.add(refusal, 1);
      audit.record(request === 'enrol' ? 'gateway-enrolled' : 'gateway-renewed', edge ?? WHO, { edge, address });
    },
    stop() {
      clearInterval(tallying);
      clearInterval(heading);
      for (const tally of tallies) tally.flush();
      audit.record('stop', WHO);
      audit.sayHead();
    },
  };
}

function recordStart(audit: Audit, configuration: string): void {
  const before = audit.trail.newest('start')?.fields.configuration;
  audit.record('start', WHO, { configuration, process: process.pid });
  if (before !== undefined && before !== configuration) {
    audit.record('configuration-changed', WHO, { from: before, to: configuration });
  }
}

/** Counts by name, at most 16 names between two entries: an entry holds no more. */
function createTally(write: (counts: Readonly<Record<string, number>>) => void) {
  const counts = new Map<string, number>();
  const flush = () => {
    if (counts.size > 0) write(Object.fromEntries(counts));
    counts.clear();
  };
  return {
    flush,
    add(name: string, count: number) {
      if (!counts.has(name) && counts.size >= 16) flush();
      counts.set(name, (counts.get(name) ?? 0) + count);
    },
  };
}
