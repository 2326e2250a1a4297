import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../harness/wait-for.ts';
import { cutPower } from '../../power-cut/cut-power.ts';
import type { Fault, Round } from '../fault.ts';
import type { ProgramName } from '../torture-stand.ts';
import { killAndRestart, restartIfEnded } from './kill-and-restart.ts';

const NOTICED_TIMEOUT_MS = 20_000;
const FULL_MS = [200, 600] as const;
const SYNCS_MAX = 20;

/** No room for a while. Whether the program goes on by itself or has ended: with room again it works. */
export function fullDiskOf(victim: ProgramName): Fault {
  return {
    name: `full-disk-${victim}`,
    tally: 'disk',
    apply: async (round: Round) => {
      const { disks } = round.stand;
      await refuseWrites(round, victim, () => disks[victim].setFull(true));
    },
  };
}

/** The file system turns read-only, as one does after an error of its device. */
export function readOnlyDiskOf(victim: ProgramName): Fault {
  return {
    name: `read-only-disk-${victim}`,
    tally: 'disk',
    apply: async (round: Round) => {
      const { disks } = round.stand;
      await refuseWrites(round, victim, () => disks[victim].setReadOnly(true));
    },
  };
}

async function refuseWrites({ stand, random }: Round, victim: ProgramName, fail: () => void): Promise<void> {
  const disk = stand.disks[victim];
  const before = disk.counts().refusedWrites;
  fail();
  await noticed(() => disk.counts().refusedWrites > before, `no write of the ${victim} was refused`);
  await delay(random.between(...FULL_MS));
  disk.heal();
  await restartIfEnded(stand, victim);
}

/** One sync fails, the pages stay clean in the cache, and the power goes soon after the restart. */
export function failedSyncOf(victim: ProgramName): Fault {
  return {
    name: `failed-sync-${victim}`,
    tally: 'disk',
    async apply({ stand, random }: Round) {
      const disk = stand.disks[victim];
      const before = disk.counts().failedSyncs;
      disk.failSync(random.between(1, SYNCS_MAX));
      await noticed(() => disk.counts().failedSyncs > before, `no sync of the ${victim} failed`);
      // Long enough to acknowledge something falsely, if the program would.
      await delay(random.between(...FULL_MS));
      await restartIfEnded(stand, victim);
      await delay(random.between(...FULL_MS));
      await killAndRestart(stand, victim, () => {
        cutPower(stand.dataDir(victim), 'synced-only', random);
      });
    },
  };
}

async function noticed(happened: () => boolean, otherwise: string): Promise<void> {
  await waitFor(
    () => (happened() ? true : undefined),
    NOTICED_TIMEOUT_MS,
    () => otherwise,
  );
}
