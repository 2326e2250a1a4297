import { findAllPlanted, type PlantedFinding } from './find-planted.ts';
import { type NamedCampaign, planCampaigns, type TortureOptions } from './plan-campaigns.ts';
import { repeatCommand } from './repeat-command.ts';
import { type CampaignOutcome, runCampaigns } from './run-campaigns.ts';
import { createProgress } from './run-progress.ts';
import { simulateInParts } from './simulate-in-parts.ts';
import { ledgerText, type TortureRun } from './write-ledger.ts';

export interface WholeRunOptions extends Omit<TortureOptions, 'nowMs'> {
  readonly schedules: number;
  /** Whether to look for the planted faults. */
  readonly planted: boolean;
  readonly lanes: number;
  readonly startedMs: number;
  /** Ends the run early. */
  readonly signal: AbortSignal;
  /** Takes one line of progress. */
  readonly say: (line: string) => void;
  /** Given the ledger as it stands after all that is added to it: whatever ends the run, it is there. */
  readonly saveLedger: (text: string) => void;
}

/** Rounds with real processes, then the planted faults, then simulated schedules. */
export async function torture(options: WholeRunOptions): Promise<'kept' | 'broken'> {
  const { seed, lanes, startedMs, signal, say } = options;
  const campaigns = planCampaigns({ ...options, nowMs: startedMs });
  const roundsPlanned = campaigns.reduce((sum, { rounds }) => sum + rounds.length, 0);
  let run: TortureRun = {
    ...{ startedMs, seed, lanes, roundsPlanned, roundsMs: 0, isComplete: false },
    ...{ outcomes: [], planted: [], schedules: undefined },
  };
  const add = (more: Partial<TortureRun>) => {
    run = { ...run, ...more };
    options.saveLedger(ledgerText(run));
  };

  say(`${roundsPlanned} rounds in ${campaigns.length} campaigns, first seed ${seed}, ${lanes} at one time`);
  const rounds = createProgress(roundsPlanned, () => performance.now());
  await runCampaigns(campaigns, {
    ...{ lanes, signal },
    onRound: (campaign, round, names) => say(`seed ${campaign.seed + round}  ${names.join(' and ')}  ${rounds.step()}`),
    onCampaign: (outcome, campaign) => {
      add({ outcomes: [...run.outcomes, outcome], roundsMs: Date.now() - startedMs });
      sayOutcome(say, outcome, campaign);
    },
  });
  if (options.planted) {
    await findAllPlanted(signal, (finding) => {
      add({ planted: [...run.planted, finding] });
      sayFinding(say, finding);
    });
  }
  const simulated = createProgress(options.schedules, () => performance.now());
  await simulateInParts({
    ...{ firstSeed: seed, count: options.schedules, signal },
    onSchedule: (done, failed) => {
      const line = simulated.step();
      if (done % 100 === 0 || done === options.schedules) say(`schedules: ${line}, ${failed} failed`);
    },
    onPart: (schedules) => add({ schedules }),
  });
  add({ isComplete: !signal.aborted });
  return sayEnd(say, run, (Date.now() - startedMs) / 60_000);
}

type Say = (line: string) => void;

function sayOutcome(say: Say, { name, seed, report, faults }: CampaignOutcome, campaign: NamedCampaign): void {
  const verdict = report?.verdict;
  if (faults.length === 0) {
    const losses = `${verdict?.namedLosses} losses reported`;
    say(`${name}, seed ${seed}: ${verdict?.observations} observations each once, ${losses}`);
    return;
  }
  say(`FAILED ${name}, seed ${seed}:\n  ${faults.join('\n  ')}`);
  for (const round of verdict?.lossRounds ?? []) say(`  lost in the round of seed ${campaign.seed + round}`);
  const round = report === undefined ? seed - campaign.seed : verdict?.lossRounds[0];
  say(`  again: ${repeatCommand(campaign, round)}`);
}

function sayFinding(say: Say, { name, by, round, words, error }: PlantedFinding): void {
  const missed = error === undefined ? 'NOT FOUND' : `NOT FOUND: ${error}`;
  say(`planted, ${name}: ${words === undefined ? missed : `found by ${by}, number ${round + 1}`}`);
}

function sayEnd(say: Say, { outcomes, planted, schedules, roundsPlanned }: TortureRun, minutes: number) {
  for (const { seed, failure } of schedules?.failures ?? []) {
    say(`FAILED schedule: ${failure}\n  again: node test/simulation/run.ts --seed ${seed} --count 1 --trace`);
  }
  const failed = outcomes.filter(({ faults }) => faults.length > 0).length + (schedules?.failures.length ?? 0);
  const unfound = planted.filter(({ words }) => words === undefined).length;
  const judged = outcomes.reduce((sum, { report }) => sum + (report?.rounds ?? 0), 0);
  say(
    `${judged} of ${roundsPlanned} rounds judged, ${failed} failures, ${unfound} planted faults not found, ${minutes.toFixed(1)} minutes`,
  );
  return failed + unfound === 0 ? 'kept' : 'broken';
}
