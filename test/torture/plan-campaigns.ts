import { hasMosquitto } from '../broker-between/mosquitto.ts';
import { type SeededRandom, seededRandom } from '../fleet/seeded-random.ts';
import type { CampaignPlan } from './campaign.ts';
import type { Fault } from './fault.ts';
import { AWAY_HOURS, AWAY_UPLINKS, cloudAway } from './faults/cloud-away.ts';
import { POWER_CUT_OF_AN_EDGE_ALONE, powerCutOf } from './faults/cut-power-of.ts';
import { disturbedLink } from './faults/disturb-link.ts';
import { failedSyncOf, fullDiskOf, readOnlyDiskOf } from './faults/fail-disk.ts';
import { FLIPPED_BITS } from './faults/flip-bits.ts';
import {
  CLOUD_CLOCK_BACK,
  EDGE_CLOCK_JUMPS,
  EDGE_STARTS_IN_1970,
  nextSummerTimeChanges,
  summerTimeChange,
} from './faults/jump-clock.ts';
import { killOfBroker } from './faults/kill-broker.ts';
import { killInStartOf, killOf } from './faults/kill-programs.ts';
import { olderOutboxRestored } from './faults/restore-older.ts';
import { UPGRADE_WITH_BACKLOG } from './faults/upgrade-with-backlog.ts';

export interface TortureOptions {
  /** Rounds with a SIGKILL. */
  readonly kills: number;
  readonly powerCuts: number;
  /** How often each of the other faults. */
  readonly others: number;
  /** Of the first round. */
  readonly seed: number;
  /** Only faults whose name begins with this. */
  readonly only?: string | undefined;
  /** Decides which change of summer time comes next. */
  readonly nowMs: number;
}

/** What kind of campaign, for the progress. */
export interface NamedCampaign extends CampaignPlan {
  readonly name: string;
}

const ROUNDS_PER_CAMPAIGN = 25;
const HOUR_MS = 3_600_000;

const KILLS: readonly Fault[] = [
  killOf(['edge']),
  killOf(['cloud']),
  killOf(['edge', 'cloud']),
  killInStartOf('edge'),
  killInStartOf('cloud'),
];
const BROKER_KILLS: readonly Fault[] = [killOfBroker(), killOfBroker('edge'), killOfBroker('cloud')];
const POWER_CUTS: readonly Fault[] = [powerCutOf('edge'), powerCutOf('cloud'), POWER_CUT_OF_AN_EDGE_ALONE];
const SLOW_BYTES_PER_SECOND = 20_000;
const LINK_FAULTS: readonly Fault[] = [
  disturbedLink({ kind: 'cut' }),
  disturbedLink({ kind: 'half-open' }),
  disturbedLink({ kind: 'slow', bytesPerSecond: SLOW_BYTES_PER_SECOND }),
  disturbedLink({ kind: 'duplicating' }),
  disturbedLink({ kind: 're-ordering' }),
];
/** In so many of the rounds with a kill the line is bad too. */
const MIXED_PERCENT = 30;

/** All campaigns of a run. Every round has the seed of its campaign plus its number there; no two rounds share one. */
export function planCampaigns(options: TortureOptions): NamedCampaign[] {
  const { kills, powerCuts, others, seed, only = '' } = options;
  const chosen = (faults: readonly Fault[]) => faults.filter(({ name }) => name.startsWith(only));
  const stormy = (name: string, count: number, faults: readonly Fault[], firstSeed: number) =>
    faults.length === 0 ? [] : storms(name, count, firstSeed, (random) => stormRound(random, faults));
  const first = [
    ...stormy('kills', kills, chosen(KILLS), seed),
    ...stormy('power cuts', powerCuts, chosen(POWER_CUTS), seed + kills),
  ];
  let next = seed + kills + powerCuts;
  const further = Array.from({ length: others }, () => otherCampaigns(options.nowMs)).flat();
  const planned = further.flatMap(({ faults, ...campaign }) => {
    const rounds = chosen(faults).map((fault) => [fault]);
    if (rounds.length === 0) return [];
    const plan = { ...campaign, seed: next, rounds };
    next += rounds.length;
    return [plan];
  });
  return [...first, ...planned];
}

function stormRound(random: SeededRandom, faults: readonly Fault[]): Fault[] {
  const fault = faults[random.between(0, faults.length - 1)] as Fault;
  const isMixed = random.chance(MIXED_PERCENT) && fault !== POWER_CUT_OF_AN_EDGE_ALONE;
  const weather = LINK_FAULTS[random.between(0, LINK_FAULTS.length - 1)] as Fault;
  return isMixed ? [fault, weather] : [fault];
}

function storms(
  name: string,
  count: number,
  firstSeed: number,
  roundOf: (random: SeededRandom) => Fault[],
): NamedCampaign[] {
  const campaigns: NamedCampaign[] = [];
  for (let done = 0; done < count; done += ROUNDS_PER_CAMPAIGN) {
    const seed = firstSeed + done;
    const length = Math.min(ROUNDS_PER_CAMPAIGN, count - done);
    const rounds = Array.from({ length }, (_, index) => roundOf(seededRandom(seed + index)));
    campaigns.push({ name, seed, rounds });
  }
  return campaigns;
}

interface OtherCampaign extends Pick<CampaignPlan, 'stand' | 'startsAgoMs' | 'mayLose'> {
  readonly name: string;
  readonly faults: readonly Fault[];
}

/** One campaign for each kind of fault that leaves its mark on an installation, such as a clock that cannot go back. */
function otherCampaigns(nowMs: number): OtherCampaign[] {
  const summerTimes = nextSummerTimeChanges(nowMs).map((changeMs) => summerTimeChange(changeMs));
  return [
    { name: 'line', faults: LINK_FAULTS },
    { name: 'disk of the edge', faults: [failedSyncOf('edge'), fullDiskOf('edge'), readOnlyDiskOf('edge')] },
    { name: 'disk of the cloud', faults: [failedSyncOf('cloud'), fullDiskOf('cloud'), readOnlyDiskOf('cloud')] },
    { name: 'clocks', faults: [...EDGE_CLOCK_JUMPS, EDGE_STARTS_IN_1970, CLOUD_CLOCK_BACK, ...summerTimes] },
    { name: 'older outbox', faults: [olderOutboxRestored('kill'), olderOutboxRestored('stop'), UPGRADE_WITH_BACKLOG] },
    { name: 'damage', faults: [FLIPPED_BITS, FLIPPED_BITS], mayLose: true, stand: { outbox: { gapReportSeconds: 1 } } },
    ...(hasMosquitto() ? [{ name: 'broker between', faults: BROKER_KILLS, stand: { throughBroker: true } }] : []),
    ...(['refuse', 'drop-oldest', 'thin-out'] as const).map((whenFull) => ({
      name: `cloud away, ${whenFull}`,
      faults: [cloudAway(whenFull)],
      mayLose: whenFull !== 'refuse',
      startsAgoMs: AWAY_HOURS * HOUR_MS,
      stand: {
        uplinksPerSecond: AWAY_UPLINKS / (AWAY_HOURS * 3_600),
        outbox: { bytesMax: 1_048_576, whenFull, gapReportSeconds: 1 },
      },
    })),
  ];
}
