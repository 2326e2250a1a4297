import { describe, expect, it } from 'vitest';
import type { CampaignReport } from './campaign.ts';
import { killOf } from './faults/kill-programs.ts';
import { repeatCommand } from './repeat-command.ts';
import { createProgress } from './run-progress.ts';
import { ledgerText, type TortureRun } from './write-ledger.ts';

const REPORT: CampaignReport = {
  seed: 10,
  rounds: 25,
  tallies: { sigkill: 25, link: 3 },
  faults: { 'kill-edge': 22, 'kill-cloud': 3, 'link-cut': 3 },
  closedPages: 7,
  touchedOnLine: { clear: 1, cut: 1, 'half-open': 1, slow: 1, duplicating: 1, 're-ordering': 1 },
  verdict: { acknowledgedUplinks: 1_000, observations: 4_000, namedLosses: 2, faults: [], lossRounds: [] },
};
const RUN: TortureRun = {
  startedMs: Date.UTC(2026, 5, 1),
  roundsMs: 60_000,
  seed: 10,
  lanes: 2,
  roundsPlanned: 50,
  isComplete: true,
  outcomes: [
    { name: 'kills', seed: 10, report: REPORT, faults: [] },
    { name: 'kills', seed: 35, report: { ...REPORT, seed: 35 }, faults: [] },
  ],
  planted: [
    { name: 'deduplication off', by: 'rounds', seed: 9, round: 0, words: 'feed: repeated: 3' },
    { name: 'old revision wins', by: 'schedules', seed: 1, round: 4, words: undefined },
  ],
  schedules: undefined,
};

describe('the ledger', () => {
  it('adds up what the campaigns report, and says what was not found', () => {
    const text = ledgerText(RUN);
    for (const row of [
      '| date | 2026-06-01 |',
      '| rounds with real processes | 50, seeds 10 to 59, 2 installations at one time |',
      '| rounds with SIGKILL | 50 |',
      '| rounds with a power cut | 0 |',
      '| lost and named by a gap report | 4 |',
      '| promises broken | none |',
      '| run | complete |',
      '| kill-edge | 44 |',
      '| deduplication off | 9 | round 1 | real processes |',
      '| old revision wins | 1 | NOT FOUND | simulation |',
    ]) {
      expect(text).toContain(row);
    }
  });

  it('names every broken promise with its seed', () => {
    const broken = { name: 'kills', seed: 60, report: undefined, faults: ['lost without a report: 3\nand more'] };
    const text = ledgerText({ ...RUN, outcomes: [...RUN.outcomes, broken] });
    expect(text).toContain('| promises broken | 1 times, see below |');
    expect(text).toContain('- kills, seed 60: lost without a report: 3');
  });

  it('says of a run that was ended early how far it came', () => {
    expect(ledgerText({ ...RUN, roundsPlanned: 90, isComplete: false })).toContain(
      '| run | ended early, 50 of 90 rounds judged |',
    );
  });
});

it('a round is repeated by its own seed, a campaign by its first', () => {
  const rounds = [[killOf(['edge'])], [killOf(['cloud'])]];
  expect(repeatCommand({ seed: 7, rounds }, 1)).toMatch(/--seed 8 --kills 1 /);
  expect(repeatCommand({ seed: 7, rounds })).toMatch(/--seed 7 --kills 2 /);
});

it('the progress says rate and rest', () => {
  let nowMs = 0;
  const progress = createProgress(4, () => nowMs);
  nowMs = 30_000;
  expect(progress.step()).toBe('1/4, 2 a minute, 2 minutes left');
});
