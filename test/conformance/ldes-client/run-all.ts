import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClientCloud, VIEWS, type ViewName } from './client-cloud.ts';
import { lateMembers } from './late-members.ts';
import { isSame, replicateView, type ViewReplication } from './replication-scenario.ts';

/**
 * The whole replication, at the size of a real stream: every view with 20,000 members, read by ldes-client while they
 * come in. Takes minutes; ends with 1 when a client missed a member.
 */
const MEMBERS = 20_000;
const START_MS = Date.UTC(2026, 9, 31, 20);

for (const view of VIEWS) {
  const startedMs = performance.now();
  const result = await replicate(view);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const isComplete = [result.follower, result.saved.outcome, result.once.outcome].every(isSame);
  const { saved, once } = result;
  const early = [...saved.failed, ...once.failed].map(({ missingCount }) => missingCount);
  process.stdout.write(
    `${isComplete ? 'complete' : 'INCOMPLETE'} ${view}: ${seconds} s, the second run with saved state brought ` +
      `${saved.outcome.fresh} new and ${saved.outcome.repeated} again; attempts that ended early missed: [${early}]\n`,
  );
  if (!isComplete) {
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    process.exitCode = 1;
  }
}

async function replicate(view: ViewName): Promise<ViewReplication> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ldes-client-'));
  const state = join(dataDir, 'state');
  mkdirSync(state);
  const cloud = await startClientCloud({
    dataDir: join(dataDir, 'cloud'),
    pageSize: 250,
    fanOut: 20,
    startMs: START_MS,
  });
  try {
    return await replicateView(cloud, view, lateMembers(MEMBERS), state);
  } finally {
    await cloud.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
