import { describe, expect, it } from 'vitest';
import { nextSummerTimeChanges } from './faults/jump-clock.ts';
import { planCampaigns } from './plan-campaigns.ts';
import { type CampaignOutcome, runCampaigns } from './run-campaigns.ts';
import { canTorture } from './torture-stand.ts';

const TIMEOUT_MS = 600_000;
const LANES = 2;
const SHORT_RUN = { kills: 30, powerCuts: 20, others: 1, seed: 1 } as const;

describe.skipIf(!canTorture())('what the edge acknowledged is in feed and series exactly once, or reported', () => {
  const campaigns = planCampaigns({ ...SHORT_RUN, nowMs: Date.now() });

  it(
    `after ${SHORT_RUN.kills} kills, ${SHORT_RUN.powerCuts} power cuts and every other fault`,
    async () => {
      const outcomes = await runCampaigns(campaigns, { lanes: LANES });
      expect(outcomes.filter(({ faults }) => faults.length > 0).map(inWords)).toEqual([]);
      const line = outcomes.find(({ name }) => name === 'line')?.report;
      expect(Object.entries(line?.touchedOnLine ?? { line: 0 }).filter(([, touched]) => touched === 0)).toEqual([]);
      expect(outcomes.reduce((sum, { report }) => sum + (report?.closedPages ?? 0), 0)).toBeGreaterThan(10);
      for (const { name, report } of outcomes) {
        expect([name, report?.verdict.acknowledgedUplinks]).toEqual([name, expect.any(Number)]);
        expect(report?.verdict.acknowledgedUplinks).toBeGreaterThan(100);
      }
      expect(outcomes.reduce((sum, { report }) => sum + (report?.tallies.sigkill ?? 0), 0)).toBeGreaterThanOrEqual(
        SHORT_RUN.kills,
      );
      expect(outcomes.reduce((sum, { report }) => sum + (report?.tallies['power-cut'] ?? 0), 0)).toBe(
        SHORT_RUN.powerCuts,
      );
    },
    TIMEOUT_MS,
  );
});

const inWords = ({ name, seed, faults }: CampaignOutcome) => `${name}, seed ${seed}: ${faults.join('; ')}`;

describe('the plan of a run', () => {
  const plan = (options: Partial<Parameters<typeof planCampaigns>[0]>) =>
    planCampaigns({ ...SHORT_RUN, nowMs: Date.UTC(2026, 5, 1), ...options });

  it('gives every round a seed of its own, which alone decides what happens in it', () => {
    const rounds = plan({ kills: 60 }).flatMap(({ seed, rounds: all }) =>
      all.map((faults, index) => [seed + index, faults.map(({ name }) => name).join(' and ')] as const),
    );
    expect(new Set(rounds.map(([seed]) => seed)).size).toBe(rounds.length);
    for (const [seed, names] of rounds.slice(0, 60)) {
      const [alone] = plan({ seed, kills: 1, powerCuts: 0, others: 0 });
      expect(alone?.rounds[0]?.map(({ name }) => name).join(' and ')).toBe(names);
    }
  });

  it('holds what was asked for and nothing else', () => {
    const names = new Set(plan({ only: 'link-cut' }).flatMap(({ rounds }) => rounds.flat().map(({ name }) => name)));
    expect([...names]).toEqual(['link-cut']);
  });

  it('knows when summer time begins and ends in Brussels', () => {
    const changes = nextSummerTimeChanges(Date.UTC(2026, 10, 24));
    expect(changes.map((ms) => new Date(ms).toISOString())).toEqual([
      '2027-03-28T01:00:00.000Z',
      '2027-10-31T01:00:00.000Z',
    ]);
  });
});
