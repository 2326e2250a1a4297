import { CampaignError, type CampaignReport, runCampaign } from './campaign.ts';
import type { NamedCampaign } from './plan-campaigns.ts';

export interface CampaignOutcome {
  readonly name: string;
  /** Of the first round, or of the round that came to no end. */
  readonly seed: number;
  readonly report: CampaignReport | undefined;
  /** What went wrong, in words; empty for a campaign that kept every promise. */
  readonly faults: readonly string[];
}

export interface RunCampaignsOptions {
  /** Campaigns at one time. */
  readonly lanes: number;
  readonly onRound?: (campaign: NamedCampaign, round: number, names: readonly string[]) => void;
  /** With the campaign that it is the outcome of: one as planned, or a part of it. */
  readonly onCampaign?: (outcome: CampaignOutcome, campaign: NamedCampaign) => void;
  /** When it aborts, what runs is given up without an outcome and nothing more begins. */
  readonly signal?: AbortSignal;
}

interface Task {
  readonly campaign: NamedCampaign;
  /** Rounds of the planned campaign that came to no end already. */
  readonly brokenRounds: number;
}

/** A campaign with more rounds that come to no end is given up: each of them may take minutes. */
const BROKEN_ROUNDS_MAX = 3;

/**
 * Runs all campaigns, a few at a time, and goes on after one that failed. A round that comes to no end is an outcome of its
 * own; the rounds before and after it run again as campaigns without it. In the order of the seeds.
 */
export async function runCampaigns(
  campaigns: readonly NamedCampaign[],
  { lanes, onRound, onCampaign, signal }: RunCampaignsOptions,
): Promise<CampaignOutcome[]> {
  const outcomes: CampaignOutcome[] = [];
  const todo: Task[] = campaigns.map((campaign) => ({ campaign, brokenRounds: 0 }));
  const runners = Array.from({ length: lanes }, async () => {
    for (let task = todo.shift(); task !== undefined && !signal?.aborted; task = todo.shift()) {
      const { campaign } = task;
      const roundDone = (round: number, names: readonly string[]) => onRound?.(campaign, round, names);
      try {
        const report = await runCampaign(campaign, { roundDone, signal });
        note({ name: campaign.name, seed: campaign.seed, report, faults: report.verdict.faults }, campaign);
      } catch (error) {
        if (signal?.aborted) return;
        note(withoutVerdict(campaign, error as Error), campaign);
        todo.unshift(...tasksWithout(task, error as Error));
      }
    }
  });
  function note(outcome: CampaignOutcome, campaign: NamedCampaign): void {
    outcomes.push(outcome);
    onCampaign?.(outcome, campaign);
  }
  await Promise.all(runners);
  return outcomes.sort((a, b) => a.seed - b.seed);
}

function withoutVerdict({ name, seed }: NamedCampaign, error: Error): CampaignOutcome {
  const round = error instanceof CampaignError ? error.round : 0;
  return { name, seed: seed + round, report: undefined, faults: [`no verdict: ${error.message}`] };
}

/** What is left of a campaign without the round that came to no end. */
function tasksWithout({ campaign, brokenRounds }: Task, error: Error): Task[] {
  if (!(error instanceof CampaignError) || brokenRounds + 1 >= BROKEN_ROUNDS_MAX) return [];
  const { seed, rounds } = campaign;
  const parts = [
    { ...campaign, rounds: rounds.slice(0, error.round) },
    { ...campaign, seed: seed + error.round + 1, rounds: rounds.slice(error.round + 1) },
  ];
  return parts
    .filter((part) => part.rounds.length > 0)
    .map((part) => ({ campaign: part, brokenRounds: brokenRounds + 1 }));
}
