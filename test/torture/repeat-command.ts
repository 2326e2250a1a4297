import type { NamedCampaign } from './plan-campaigns.ts';

/** How to run a round as the first of a campaign, or the whole campaign where no round can be named. */
export function repeatCommand({ seed, rounds }: Pick<NamedCampaign, 'seed' | 'rounds'>, round?: number): string {
  const applied = rounds[round ?? 0] ?? [];
  const [first] = applied;
  const count = round === undefined ? rounds.length : 1;
  const counts = {
    sigkill: `--kills ${count} --power-cuts 0 --others 0`,
    'power-cut': `--kills 0 --power-cuts ${count} --others 0`,
  };
  const chosen =
    first?.tally === 'sigkill' || first?.tally === 'power-cut'
      ? counts[first.tally]
      : `--kills 0 --power-cuts 0 --others 1 --only ${first?.name}`;
  return `npm run torture -- --seed ${seed + (round ?? 0)} ${chosen} --schedules 0 --no-planted --no-ledger`;
}
