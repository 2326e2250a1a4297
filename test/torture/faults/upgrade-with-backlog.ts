import { join } from 'node:path';
import { forgetJournals } from '../../power-cut/cut-power.ts';
import type { Fault, Round } from '../fault.ts';
import { rewriteAsVersion3 } from '../outbox-version-3.ts';
import { gatherBacklog, goOn } from './gather-backlog.ts';

const BACKLOG_UPLINKS = 200;

/** The program is newer than its outbox, and the outbox is full of what the cloud has not seen. */
export const UPGRADE_WITH_BACKLOG: Fault = {
  name: 'upgrade-with-backlog',
  tally: 'restore',
  async apply(round: Round) {
    await gatherBacklog(round, BACKLOG_UPLINKS);
    const dataDir = round.stand.dataDir('edge');
    rewriteAsVersion3(join(dataDir, 'outbox.db'));
    forgetJournals(dataDir);
    await goOn(round);
  },
};
