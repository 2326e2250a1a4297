import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOutbox } from '@meetbrug/edge/src/outbox/open-outbox.ts';
import type { OutboxBounds } from '@meetbrug/edge/src/outbox/outbox.ts';
import { plannedUplink } from '@meetbrug/edge/src/testing/planned-uplinks.ts';

/**
 * How much the outbox writes to its disk for one uplink and one observation, by how many uplinks share a commit. Linux
 * counts for each process the bytes of the pages that it made dirty (`write_bytes` in /proc/self/io): a page that is
 * written and synced again counts again, so with an fsync at every commit the figure is what reaches the disk, file and
 * write-ahead log together. It leaves out what the file system's own journal adds and what the card's controller does.
 *
 * Usage: node test/wear/measure-wear.ts [DIRECTORY]; the directory must be on a disk, not in memory.
 */
const BOUNDS: OutboxBounds = {
  bytesMax: 1_073_741_824,
  whenFull: 'refuse',
  thinOutIntervalSeconds: 900,
  keepAcknowledgedDays: 7,
  keepUnacknowledgedDays: 3_650,
  gapReportSeconds: 60,
  uplinksMax: 100_000,
  quarantine: { recordsMax: 100, bytesMax: 1_048_576, keepDays: 30 },
  unknownDevicesMax: 0,
};
/** Uplinks written at each size of a commit: at least 32 MB of log, so that it is copied into the file several times. */
const UPLINKS = { 1: 4_000, 10: 20_000, 256: 76_800 } as const;

export interface Wear {
  readonly uplinksPerCommit: number;
  readonly uplinkBytes: number;
  readonly observationBytes: number;
  /** What one uplink holds, as text and reduced message. */
  readonly contentBytes: number;
}

/** Commits uplinks of a heat sensor, six observations each, and counts what went to the disk. */
export function measureWear(directory: string, uplinksPerCommit: number, uplinkCount: number): Wear {
  const dataDir = mkdtempSync(join(directory, 'meetbrug-wear-'));
  const { outbox } = openOutbox({ dataDir, bounds: BOUNDS, nowMs: Date.now, newEpoch: () => '00000000000000aa' });
  const uplink = plannedUplink(1);
  try {
    const before = bytesWritten();
    for (let number = 1; number <= uplinkCount; number += uplinksPerCommit) {
      outbox.commit((writer) => {
        for (let each = 0; each < uplinksPerCommit; each += 1) {
          writer.addUplink({ ...uplink, fingerprint: { high: number, low: each + 1, session: 0 } });
        }
      });
    }
    const uplinkBytes = (bytesWritten() - before) / uplinkCount;
    const observations = outbox.read([1, 1], 1e6).uplinks[0]?.observations ?? [];
    return {
      uplinksPerCommit,
      uplinkBytes,
      observationBytes: uplinkBytes / uplink.observations.length,
      contentBytes: JSON.stringify(observations).length + uplink.payload.byteLength,
    };
  } finally {
    outbox.close();
    rmSync(dataDir, { recursive: true });
  }
}

function bytesWritten(): number {
  const line = /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'));
  return Number(line?.[1] ?? Number.NaN);
}

if (import.meta.main) {
  const [directory = tmpdir()] = process.argv.slice(2);
  process.stdout.write('uplinks a commit | bytes an uplink | bytes an observation | content of an uplink in bytes\n');
  for (const [uplinksPerCommit, uplinkCount] of Object.entries(UPLINKS)) {
    const wear = measureWear(directory, Number(uplinksPerCommit), uplinkCount);
    const columns = [wear.uplinksPerCommit, wear.uplinkBytes, wear.observationBytes, wear.contentBytes];
    process.stdout.write(`${columns.map((value) => value.toFixed(0)).join(' | ')}\n`);
  }
}
