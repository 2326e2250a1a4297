import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../harness/wait-for.ts';
import { forgetJournals } from '../../power-cut/cut-power.ts';
import { waitUntilDelivered } from '../edge-status.ts';
import type { Fault, Round } from '../fault.ts';
import { gatherBacklog, goOn } from './gather-backlog.ts';

const DELIVERED_TIMEOUT_MS = 30_000;
/** In the image and not yet at the cloud, which gets them before the image is put back. */
const BACKLOG_UPLINKS = 50;
const UPLINKS_BETWEEN = 100;

/**
 * An image of the edge is taken, the edge goes on, its card breaks when the cloud has everything, and the image is put
 * back. With SIGKILL the image is that of a box that never stopped, write-ahead log and all.
 */
export function olderOutboxRestored(ending: 'kill' | 'stop'): Fault {
  return {
    name: `older-outbox-${ending}`,
    tally: 'restore',
    async apply(round: Round) {
      const { stand, fleet } = round;
      const dataDir = stand.dataDir('edge');
      const image = mkdtempSync(join(tmpdir(), 'torture-image-'));
      try {
        await gatherBacklog(round, BACKLOG_UPLINKS, ending);
        cpSync(dataDir, image, { recursive: true });
        const enough = fleet.acknowledgedCount() + UPLINKS_BETWEEN;
        await goOn(round);
        await waitFor(
          () => (fleet.acknowledgedCount() >= enough ? true : undefined),
          DELIVERED_TIMEOUT_MS,
          () => 'the edge acknowledges nothing after its image was taken',
        );
        await fleet.pause();
        await waitUntilDelivered(stand, DELIVERED_TIMEOUT_MS);
        await stand.installation.edge[ending]();
        for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
        cpSync(image, dataDir, { recursive: true });
        forgetJournals(dataDir);
        await stand.installation.edge.start();
        fleet.resume();
      } finally {
        rmSync(image, { recursive: true, force: true });
      }
    },
  };
}
