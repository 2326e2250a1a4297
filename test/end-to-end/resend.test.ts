import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createFleet, type FleetMessage, firstMessages } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { NOTHING_WRONG, summariseComparison } from './compare-feed.ts';
import { FORETOLD_STREAMS, type SettledFeeds, settleFeeds } from './settle-feeds.ts';

const TIMEOUT_MS = 120_000;
const EDGE_CLI = fileURLToPath(new URL('../../edge/src/cli.ts', import.meta.url));
const KEPT_BY_THE_CLOUD = 200;
const LOST_BY_THE_CLOUD = 700;
const LATER = 100;

const fleet = createFleet({ seed: 51, devices: 20, uplinksPerSecond: 100, duplicatesPercent: 5, lateSecondsMax: 3 });
const messages = firstMessages(fleet, Date.now() - 60_000, KEPT_BY_THE_CLOUD + LOST_BY_THE_CLOUD + LATER);

let installation: Installation;
afterEach(() => installation.remove());

async function publish(part: readonly FleetMessage[]): Promise<void> {
  const report = await publishFleet({
    url: installation.edgeMqttUrl,
    clientId: 'fleet',
    messages: part,
    pace: 'flat-out',
    windowMax: 50,
  });
  expect(report.unacknowledged).toBe(0);
}

const settle = (count: number) =>
  settleFeeds(installation, {
    fleet,
    acknowledged: messages.slice(0, count).filter(({ qos }) => qos === 1),
    sent: messages,
  });

function missingCount({ comparisons }: SettledFeeds): number {
  return [...comparisons.values()].reduce((sum, { missing }) => sum + missing.length, 0);
}

function expectExactlyOnce({ comparisons, views }: SettledFeeds): void {
  for (const [stream, comparison] of comparisons) {
    expect([stream, summariseComparison(comparison)]).toEqual([stream, NOTHING_WRONG]);
    expect([stream, views.get(stream)?.faults]).toEqual([stream, []]);
  }
}

/** What an operator types. */
async function resend(fromMs: number, toMs: number): Promise<string> {
  const time = (ms: number) => new Date(ms).toISOString();
  const asked = ['--from', time(fromMs), '--to', time(toMs), '--data-dir', installation.edgeDataDir, '--wait'];
  const { stdout } = await promisify(execFile)(process.execPath, [EDGE_CLI, 'resend', ...asked]);
  return stdout;
}

describe('a cloud that came back from a backup', () => {
  it(
    'gets what it lost from the edge, and publishes everything exactly once',
    async () => {
      installation = await createInstallation({ fleet, streams: FORETOLD_STREAMS, pageSize: 50, fanOut: 5 });
      const backup = `${installation.cloudDataDir}-backup`;
      await installation.cloud.start();
      await installation.edge.start();
      const startMs = Date.now();
      await publish(messages.slice(0, KEPT_BY_THE_CLOUD));
      expectExactlyOnce(await settle(KEPT_BY_THE_CLOUD));

      await installation.cloud.stop();
      cpSync(installation.cloudDataDir, backup, { recursive: true });
      await installation.cloud.start();
      await publish(messages.slice(KEPT_BY_THE_CLOUD, -LATER));
      expectExactlyOnce(await settle(messages.length - LATER));

      await installation.cloud.stop();
      rmSync(installation.cloudDataDir, { recursive: true });
      cpSync(backup, installation.cloudDataDir, { recursive: true });
      await installation.cloud.start();
      expect(missingCount(await settle(messages.length - LATER))).toBeGreaterThan(LOST_BY_THE_CLOUD);

      const resending = resend(startMs - 1_000, Date.now() + 1_000);
      await publish(messages.slice(-LATER));
      expect(await resending).toContain('done: nothing of it is left to send');
      expectExactlyOnce(await settle(messages.length));

      // What the cloud has already makes no second version.
      await resend(startMs - 1_000, Date.now() + 1_000);
      expectExactlyOnce(await settle(messages.length));
    },
    TIMEOUT_MS,
  );
});
