import type { Theme } from '@meetbrug/protocols/properties';
import { afterEach, describe, expect, it } from 'vitest';
import { createFleet } from '../fleet/create-fleet.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import { createInstallation, type Installation, type InstallationOptions } from '../harness/installation.ts';
import { type PlantedFault, plantArguments } from '../plant/plant-arguments.ts';
import { canSimulatePowerCut, volatileDiskEnvironment } from '../power-cut/compile-shim.ts';
import { cutPower } from '../power-cut/cut-power.ts';
import { type FeedComparison, NOTHING_WRONG, summariseComparison } from './compare-feed.ts';
import { type KillStorm, type StormReport, weatherKillStorm } from './kill-storm.ts';
import { FORETOLD_STREAMS } from './settle-feeds.ts';

const STORM_TIMEOUT_MS = 120_000;
const KILLS = 20;
const POWER_CUTS = 5;
const KILL_RATE = 200;
/** More commits a second, so that more cuts fall into one. */
const POWER_CUT_RATE = 1_000;
/** Enough lives for a fault that loses something in each. */
const PLANTED_KILLS = 5;

/** Small pages, so that kills meet closed pages and index nodes of several levels. */
const SMALL_PAGES = { pageSize: 50, fanOut: 5 } as const;

const SYNCHRONOUS_OFF: PlantedFault = {
  source: new URL('../../edge/src/outbox/open-connection.ts', import.meta.url),
  find: 'connection.pragma(`cache_size',
  replace: "connection.pragma('synchronous = OFF'); connection.pragma(`cache_size",
};

/** The source is answered at once and the commit follows 100 ms later: as long as a few messages take to arrive. */
const ACKNOWLEDGE_BEFORE_COMMIT: PlantedFault = {
  source: new URL('../../edge/src/intake/intake.ts', import.meta.url),
  find: 'this.#waiting.push({ message, done });\n    this.#schedule();',
  replace: `setImmediate(done, ok(undefined));
    setTimeout(() => { this.#waiting.push({ message, done: () => undefined }); this.#schedule(); }, 100);`,
};

/** The edge is told that the cloud has a batch 100 ms before the cloud's log does. */
const CLOUD_ACKNOWLEDGES_BEFORE_COMMIT: PlantedFault = {
  source: new URL('../../cloud/src/ingest/link-broker.ts', import.meta.url),
  find: 'const outcome = await handlers.onBatch(edge, body);',
  replace: `const { epoch, uplinks } = decodeBody(body).value;
    const acknowledged = uplinks.map(([sequence]) => [sequence, sequence]);
    send(edge, 'acknowledgement', { version: 1, epoch, acknowledged, describe: [], refused: [] });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const outcome = await handlers.onBatch(edge, body);`,
};

let installation: Installation;

afterEach(async () => {
  await installation.remove();
});

interface Scenario extends Pick<KillStorm, 'victim' | 'kills'> {
  readonly seed: number;
  readonly options?: Pick<InstallationOptions, 'edge' | 'cloud'>;
  readonly cutsPower?: boolean;
  readonly cloudAway?: boolean;
}

async function weather({
  seed,
  victim,
  kills,
  options,
  cutsPower = false,
  cloudAway = false,
}: Scenario): Promise<StormReport> {
  const uplinksPerSecond = cutsPower ? POWER_CUT_RATE : KILL_RATE;
  const fleet = createFleet({ seed, devices: 40, uplinksPerSecond, duplicatesPercent: 5, lateSecondsMax: 3 });
  installation = await createInstallation({ fleet, streams: FORETOLD_STREAMS, ...SMALL_PAGES, ...options });
  const random = seededRandom(seed);
  const afterKill = () => {
    cutPower(installation.edgeDataDir, random.chance(50) ? 'torn' : 'synced-only', random);
  };
  const storm = { installation, fleet, victim, kills, random, lifeMsMax: 500, cloudAway };
  return weatherKillStorm({ ...storm, ...(cutsPower ? { afterKill } : {}) });
}

/** The storm must have been one: uplinks acknowledged in it, and none left open that could hide a loss. */
function expectNothingLost(report: StormReport): void {
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.unacknowledged).toBe(0);
  for (const stream of FORETOLD_STREAMS) {
    expect([stream, summariseComparison(comparisonOf(report, stream))]).toEqual([stream, NOTHING_WRONG]);
    expect([stream, report.views.get(stream)?.faults.slice(0, 3)]).toEqual([stream, []]);
  }
}

function comparisonOf(report: StormReport, stream: Theme): FeedComparison {
  const comparison = report.comparisons.get(stream);
  if (comparison === undefined) throw new Error(`${stream} was not walked`);
  return comparison;
}

function lossesOf(report: StormReport): number {
  return [...report.comparisons.values()].reduce((sum, { missing }) => sum + missing.length, 0);
}

describe('what the edge acknowledged is in the feed exactly once', () => {
  it(
    `after ${KILLS} kills of the edge under ${KILL_RATE} uplinks/s`,
    async () => expectNothingLost(await weather({ seed: 21, victim: 'edge', kills: KILLS })),
    STORM_TIMEOUT_MS,
  );

  it(
    `after ${KILLS} kills of the cloud under ${KILL_RATE} uplinks/s`,
    async () => expectNothingLost(await weather({ seed: 22, victim: 'cloud', kills: KILLS })),
    STORM_TIMEOUT_MS,
  );

  it(
    'unless the edge acknowledges before it commits: then the same storm finds the loss',
    async () => {
      const options = { edge: () => plantArguments(ACKNOWLEDGE_BEFORE_COMMIT) };
      const report = await weather({ seed: 23, victim: 'edge', kills: PLANTED_KILLS, options });
      expect(lossesOf(report)).toBeGreaterThan(0);
    },
    STORM_TIMEOUT_MS,
  );

  it(
    'unless the cloud acknowledges before it commits: then the same storm finds the loss',
    async () => {
      const options = { cloud: () => plantArguments(CLOUD_ACKNOWLEDGES_BEFORE_COMMIT) };
      const report = await weather({ seed: 25, victim: 'cloud', kills: PLANTED_KILLS, options });
      expect(lossesOf(report)).toBeGreaterThan(0);
    },
    STORM_TIMEOUT_MS,
  );
});

describe.skipIf(!canSimulatePowerCut())('what the edge acknowledged survives power cuts', () => {
  const onVolatileDisk = (dataDir: string) => ({ environment: volatileDiskEnvironment(dataDir) });

  it.each([{ cloudAway: true }, { cloudAway: false }])(
    `${POWER_CUTS} of them, cloud away: $cloudAway`,
    async ({ cloudAway }) => {
      const scenario = { seed: 24, victim: 'edge', kills: POWER_CUTS, cutsPower: true, cloudAway } as const;
      expectNothingLost(await weather({ ...scenario, options: { edge: onVolatileDisk } }));
    },
    STORM_TIMEOUT_MS,
  );

  it(
    'unless the outbox does not wait for the disk: then the same cuts find the loss',
    async () => {
      const options = {
        edge: (dataDir: string) => {
          const { nodeArguments, environment } = plantArguments(SYNCHRONOUS_OFF);
          return { nodeArguments, environment: { ...environment, ...volatileDiskEnvironment(dataDir) } };
        },
      };
      const scenario = { seed: 24, victim: 'edge', kills: PLANTED_KILLS, cutsPower: true, cloudAway: true } as const;
      expect(lossesOf(await weather({ ...scenario, options }))).toBeGreaterThan(0);
    },
    STORM_TIMEOUT_MS,
  );
});
