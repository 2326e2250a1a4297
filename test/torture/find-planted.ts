import { FINDABLE_FAULTS, type FindableFault } from '../simulation/planted-faults.ts';
import { runSchedules } from '../simulation/run-schedules.ts';
import { runCampaign } from './campaign.ts';
import { PLANTED_CAMPAIGNS, type PlantedCampaign } from './planted-faults.ts';

export interface PlantedFinding {
  readonly name: string;
  readonly by: 'rounds' | 'schedules';
  /** Of the first round or schedule. */
  readonly seed: number;
  /**
   * Counted from 0: the schedule that failed, or the first round whose uplinks are missing; where nothing is missing, the
   * round after which the verdict came.
   */
  readonly round: number;
  /** What the verdict says of it; undefined: the fault was not found. */
  readonly words: string | undefined;
  /** Why the search came to no verdict, as when the source has moved on and the text of the fault is not there. */
  readonly error?: string;
}

const DELIVERED_TIMEOUT_MS = 10_000;
const FIRST_SCHEDULE = 1;
/** A cut that comes before anything was acknowledged shows nothing: then more rounds follow, with the next seeds. */
const ATTEMPTS_MAX = 5;

/** Runs the rounds against the planted program, on a new installation each time, until the verdict tells of the fault. */
export async function findPlanted(planted: PlantedCampaign, signal?: AbortSignal): Promise<PlantedFinding> {
  const { name, program, plant, seed, rounds, stand, finding } = planted;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const before = attempt * rounds.length;
    const campaign = {
      seed: seed + before,
      rounds,
      stand: { ...stand, planted: { [program]: plant } },
      deliveredTimeoutMs: DELIVERED_TIMEOUT_MS,
    };
    const { verdict } = await runCampaign(campaign, { signal });
    const words = verdict.faults.find((fault) => finding.test(fault));
    const round = before + (verdict.lossRounds[0] ?? rounds.length - 1);
    if (words !== undefined) return { name, by: 'rounds', seed, round, words };
  }
  return { name, by: 'rounds', seed, round: ATTEMPTS_MAX * rounds.length - 1, words: undefined };
}

/** Every planted fault of the rounds and of the simulated schedules, one after another. */
export async function findAllPlanted(signal: AbortSignal, onFinding: (finding: PlantedFinding) => void): Promise<void> {
  const none = { round: 0, words: undefined };
  const searches = [
    ...PLANTED_CAMPAIGNS.map((planted) => ({
      unfound: { name: planted.name, by: 'rounds', seed: planted.seed, ...none } as const,
      search: () => findPlanted(planted, signal),
    })),
    ...FINDABLE_FAULTS.map((planted) => ({
      unfound: { name: planted.name, by: 'schedules', seed: FIRST_SCHEDULE, ...none } as const,
      search: () => findInSchedules(planted),
    })),
  ];
  for (const { search, unfound } of searches) {
    const finding = signal.aborted
      ? undefined
      : await search().catch((error: Error) => ({ ...unfound, error: error.message }));
    if (!signal.aborted && finding !== undefined) onFinding(finding);
  }
}

async function findInSchedules({ name, plant, saying, schedulesMax }: FindableFault): Promise<PlantedFinding> {
  const options = { firstSeed: FIRST_SCHEDULE, count: schedulesMax, failuresMax: 1, plant };
  const { failures } = await runSchedules(options);
  const found = failures.find(({ failure = '' }) => saying.test(failure));
  const round = (found?.seed ?? FIRST_SCHEDULE + schedulesMax - 1) - FIRST_SCHEDULE;
  return { name, by: 'schedules', seed: FIRST_SCHEDULE, round, words: found?.failure };
}
