import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Round } from '../fault.ts';
import type { ProgramName } from '../torture-stand.ts';
import { killOf } from './kill-programs.ts';

/** The broker takes as long to come back as the programs do. */
const LIFE_MS_MAX = 1_000;
const AWAY_MS_MAX = 500;

/** SIGKILL of the plain broker between edge and cloud, alone or with one of them. */
export function killOfBroker(other?: ProgramName): Fault {
  return {
    name: other === undefined ? 'kill-broker' : `kill-broker-and-${other}`,
    tally: 'sigkill',
    async apply(round: Round) {
      const { stand, random } = round;
      const { broker } = stand;
      if (broker === undefined) throw new Error('no broker stands between edge and cloud');
      const lifeMs = random.between(0, LIFE_MS_MAX);
      const awayMs = random.between(0, AWAY_MS_MAX);
      const kill = async () => {
        await delay(lifeMs);
        await broker.kill();
        await delay(awayMs);
        await broker.start();
      };
      await Promise.all([kill(), other === undefined ? undefined : killOf([other]).apply(round)]);
    },
  };
}
