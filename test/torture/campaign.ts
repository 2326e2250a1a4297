import { once } from 'node:events';
import { FORETOLD_STREAMS } from '../end-to-end/settle-feeds.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import { ClosedPageWatch } from './closed-pages.ts';
import type { Fault, Tally } from './fault.ts';
import { startTraffic } from './fleet-traffic.ts';
import { judgeDelivery, type Verdict } from './judge-delivery.ts';
import type { LinkProxy } from './link-proxy.ts';
import { createStand, type StandOptions, type TortureStand } from './torture-stand.ts';
import { UplinkLedger } from './uplink-ledger.ts';

/** Rounds on one installation, judged together at the end. */
export interface CampaignPlan {
  /** Of the first round; each further round has the next one, so that a round can be run as the first of a campaign. */
  readonly seed: number;
  /** The faults of each round; those of one round happen at the same time. */
  readonly rounds: readonly (readonly Fault[])[];
  readonly stand?: Omit<Partial<StandOptions>, 'seed'>;
  /** How long ago the first uplink was measured. */
  readonly startsAgoMs?: number;
  /** Observations may be lost, if a report names them; else a loss is a fault, reported or not. */
  readonly mayLose?: boolean;
  /** How long the edge may take in the end to deliver what it holds. */
  readonly deliveredTimeoutMs?: number;
}

export interface CampaignReport {
  readonly seed: number;
  readonly rounds: number;
  readonly tallies: Readonly<Partial<Record<Tally, number>>>;
  /** How often each fault was applied. */
  readonly faults: Readonly<Record<string, number>>;
  readonly closedPages: number;
  /** Packets and connections that each weather of the line touched. */
  readonly touchedOnLine: LinkProxy['done'];
  readonly verdict: Verdict;
}

export interface CampaignObserver {
  roundDone?(round: number, names: readonly string[]): void;
  /** When it aborts, the campaign ends without a verdict and throws the reason; nothing is left running. */
  readonly signal?: AbortSignal | undefined;
}

const UPLINKS_PER_SECOND = 200;
const PAGE_SIZE = 50;
const FOLLOW_MS = 100;
const DELIVERED_TIMEOUT_MS = 60_000;

/** A fault could not be applied, or a program did not come back. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError';
  /** Counted from 0. */
  readonly round: number;

  constructor(message: string, round: number) {
    super(message);
    this.round = round;
  }
}

/**
 * Starts an installation, lets a fleet publish, applies the faults round by round, lets everything come to rest and judges
 * it. Throws {@link CampaignError} with the round's seed when a program does not come back.
 */
export async function runCampaign(plan: CampaignPlan, observer: CampaignObserver = {}): Promise<CampaignReport> {
  const pageSize = plan.stand?.pageSize ?? PAGE_SIZE;
  const stand = await createStand({ uplinksPerSecond: UPLINKS_PER_SECOND, pageSize, ...plan.stand, seed: plan.seed });
  try {
    return await runOn(stand, plan, pageSize, observer);
  } finally {
    await stand.remove();
  }
}

async function runOn(
  stand: TortureStand,
  { seed, rounds, startsAgoMs = 0, mayLose = false, deliveredTimeoutMs = DELIVERED_TIMEOUT_MS }: CampaignPlan,
  pageSize: number,
  observer: CampaignObserver,
): Promise<CampaignReport> {
  const { installation, fleet } = stand;
  const startMs = Date.now() - startsAgoMs;
  await stand.broker?.start();
  await installation.cloud.start();
  await installation.edge.start();
  const ledger = new UplinkLedger();
  const traffic = startTraffic({ url: installation.edgeMqttUrl, fleet, ledger, startMs });
  const watch = new ClosedPageWatch(installation.viewUrl(FORETOLD_STREAMS[0]), pageSize);
  watch.start(FOLLOW_MS);
  const tallies: Partial<Record<Tally, number>> = {};
  const faults: Record<string, number> = {};
  try {
    for (const [index, applied] of rounds.entries()) {
      ledger.round = index;
      const random = seededRandom(seed + index);
      await beforeAbort(applyAll(applied, { stand, random, fleet: traffic }, seed, index), observer.signal);
      for (const { name } of applied) faults[name] = (faults[name] ?? 0) + 1;
      for (const tally of new Set(applied.map((fault) => fault.tally))) tallies[tally] = (tallies[tally] ?? 0) + 1;
      observer.roundDone?.(
        index,
        applied.map(({ name }) => name),
      );
    }
  } finally {
    await traffic.end();
  }
  const closedFaults = await watch.judge();
  const verdict = await judgeDelivery({ stand, ledger, startMs, deliveredTimeoutMs });
  const { namedLosses } = verdict;
  const needlessLosses = mayLose || namedLosses === 0 ? [] : [`lost with a report, without need: ${namedLosses}`];
  return {
    seed,
    rounds: rounds.length,
    tallies,
    faults,
    closedPages: watch.closedCount,
    touchedOnLine: { ...stand.link.done },
    verdict: { ...verdict, faults: [...verdict.faults, ...closedFaults, ...needlessLosses] },
  };
}

async function applyAll(
  faults: readonly Fault[],
  round: Parameters<Fault['apply']>[0],
  seed: number,
  index: number,
): Promise<void> {
  // Each with randomness of its own: which of two is faster must not change what the other does.
  const outcomes = await Promise.allSettled(
    faults.map((fault) => fault.apply({ ...round, random: seededRandom(round.random.between(0, 0xffff_ffff)) })),
  );
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed === undefined) return;
  const names = faults.map(({ name }) => name).join(' and ');
  const { message } = (failed as PromiseRejectedResult).reason as Error;
  throw new CampaignError(`${names}, seed ${seed + index}: ${message}`, index);
}

/** What the work comes to, or the reason of the signal when that aborts first. */
async function beforeAbort(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const done = new AbortController();
  try {
    const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort', { signal: done.signal });
    await Promise.race([work, aborted.then(() => signal.throwIfAborted())]);
  } finally {
    done.abort();
  }
}
