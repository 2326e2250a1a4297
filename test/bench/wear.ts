import { measureWear } from '../wear/measure-wear.ts';
import type { Bench, BenchRow } from './bench-row.ts';

/** Beside the sources: a temporary directory may lie in memory, where nothing is written. */
const ON_DISK = import.meta.dirname;
/** Uplinks to write at each size of a commit: enough for the write-ahead log to be copied into the file. */
const UPLINKS = { short: { 1: 2_000, 10: 10_000, 256: 51_200 }, full: { 1: 20_000, 10: 100_000, 256: 512_000 } };

export const wear: Bench = {
  name: 'wear',
  about: "bytes that the edge's outbox writes to its disk, by how many uplinks share a commit",
  run: async ({ full }) =>
    Object.entries(full ? UPLINKS.full : UPLINKS.short).map(([uplinksPerCommit, uplinkCount]): BenchRow => {
      const { uplinkBytes, observationBytes, contentBytes } = measureWear(
        ON_DISK,
        Number(uplinksPerCommit),
        uplinkCount,
      );
      return {
        what: `edge: written to disk, ${uplinksPerCommit} uplinks a commit`,
        unit: 'bytes/observation',
        ours: observationBytes,
        baseline: { what: 'content alone', value: (contentBytes * observationBytes) / uplinkBytes },
        budget: {},
      };
    }),
};
