import { cutPower, type Survival } from '../../power-cut/cut-power.ts';
import type { Fault, Round } from '../fault.ts';
import type { ProgramName } from '../torture-stand.ts';
import { killAndRestart } from './kill-and-restart.ts';
import { liveAWhile } from './kill-programs.ts';

const SURVIVALS = ['synced-only', 'torn', 're-ordered'] as const satisfies readonly Survival[];

/** The power of one box goes: what was not synced is lost, torn or re-ordered. */
export function powerCutOf(victim: ProgramName): Fault {
  return {
    name: `power-cut-${victim}`,
    tally: 'power-cut',
    async apply(round: Round) {
      const { stand, random } = round;
      await liveAWhile(round, victim);
      await killAndRestart(stand, victim, () => {
        cutPower(stand.dataDir(victim), SURVIVALS[random.between(0, SURVIVALS.length - 1)] as Survival, random);
      });
    },
  };
}

/** The edge loses its power while the cloud cannot be reached: nothing that it forgets is safe elsewhere. */
export const POWER_CUT_OF_AN_EDGE_ALONE: Fault = {
  name: 'power-cut-edge-alone',
  tally: 'power-cut',
  async apply(round: Round) {
    round.stand.link.setWeather({ kind: 'cut' });
    await powerCutOf('edge').apply(round);
    round.stand.link.setWeather({ kind: 'clear' });
  },
};
