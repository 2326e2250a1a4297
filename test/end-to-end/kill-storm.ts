import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet, FleetMessage } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { Installation } from '../harness/installation.ts';
import { type SettledFeeds, settleFeeds } from './settle-feeds.ts';

export interface KillStorm {
  readonly installation: Installation;
  readonly fleet: Fleet;
  readonly victim: 'edge' | 'cloud';
  readonly kills: number;
  /** Decides the instants. */
  readonly random: SeededRandom;
  /** Longest life between two kills, counted from the moment that the program is healthy. */
  readonly lifeMsMax: number;
  /** Between a kill and the next start: where a power cut does its work. */
  readonly afterKill?: () => void;
  /** The cloud starts only when the storm is over: nothing that the edge loses is safe elsewhere. */
  readonly cloudAway?: boolean;
}

export interface StormReport extends SettledFeeds {
  readonly kills: number;
  readonly acknowledged: number;
  /** Sent without an acknowledgement at the end: the storm proves nothing about them. */
  readonly unacknowledged: number;
}

const WINDOW_MAX = 1_000;

/**
 * A live fleet publishes at its rate while one of the programs is killed again and again at random instants and started
 * anew; then everything runs until the feeds stand still. The caller judges what they hold.
 */
export async function weatherKillStorm(storm: KillStorm): Promise<StormReport> {
  const { installation, fleet, cloudAway = false } = storm;
  if (!cloudAway) await installation.cloud.start();
  await installation.edge.start();
  const sent: FleetMessage[] = [];
  const acknowledged: FleetMessage[] = [];
  const over = new AbortController();
  const publishing = publishFleet({
    url: installation.edgeMqttUrl,
    clientId: 'storm-fleet',
    messages: recorded(fleet.messages(Date.now()), sent),
    pace: 'as-timed',
    windowMax: WINDOW_MAX,
    onAcknowledged: (message) => acknowledged.push(message),
    signal: over.signal,
  });
  try {
    await killAgainAndAgain(storm);
  } finally {
    over.abort();
  }
  const { unacknowledged } = await publishing;
  if (cloudAway) await installation.cloud.start();
  const settled = await settleFeeds(installation, { fleet, acknowledged, sent });
  return { ...settled, kills: storm.kills, acknowledged: acknowledged.length, unacknowledged };
}

async function killAgainAndAgain({
  installation,
  victim,
  kills,
  random,
  lifeMsMax,
  afterKill,
}: KillStorm): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    await delay(random.between(0, lifeMsMax));
    await installation[victim].kill();
    afterKill?.();
    await installation[victim].start();
  }
}

function* recorded(messages: Iterable<FleetMessage>, into: FleetMessage[]): Generator<FleetMessage> {
  for (const message of messages) {
    into.push(message);
    yield message;
  }
}
