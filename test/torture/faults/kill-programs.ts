import { setTimeout as delay } from 'node:timers/promises';
import { waitWhileDisconnected } from '../edge-status.ts';
import type { Fault, Round } from '../fault.ts';
import type { ProgramName, TortureStand } from '../torture-stand.ts';
import { killAndRestart } from './kill-and-restart.ts';

/** Longest life between two kills, from the moment that the program does its work. */
const LIFE_MS_MAX = 500;
/** An edge takes half a second to return; a cloud that is killed before has nothing to lose. */
const CONNECTED_MS_MAX = 1_500;
/** A start takes about so long: a kill within it falls into opening, recovering or listening. */
const START_MS_MAX = 900;

/** Lets a program work for a while; a cloud works once its edge is connected. */
async function live(stand: TortureStand, name: ProgramName, lifeMs: number): Promise<void> {
  if (name === 'cloud') await waitWhileDisconnected(stand, CONNECTED_MS_MAX);
  await delay(lifeMs);
}

/** A random life of a program, before something happens to it. */
export async function liveAWhile({ stand, random }: Round, name: ProgramName): Promise<void> {
  await live(stand, name, random.between(0, LIFE_MS_MAX));
}

/** SIGKILL at a random instant, then a new start. */
export function killOf(victims: readonly ProgramName[]): Fault {
  return {
    name: `kill-${victims.join('-and-')}`,
    tally: 'sigkill',
    async apply({ stand, random }: Round) {
      const lives = victims.map((name) => [name, random.between(0, LIFE_MS_MAX)] as const);
      await Promise.all(
        lives.map(async ([name, lifeMs]) => {
          await live(stand, name, lifeMs);
          await killAndRestart(stand, name);
        }),
      );
    },
  };
}

/** SIGKILL, and another in the middle of the start that follows. */
export function killInStartOf(victim: ProgramName): Fault {
  return {
    name: `kill-${victim}-in-start`,
    tally: 'sigkill',
    async apply(round: Round) {
      const { stand, random } = round;
      const program = stand.installation[victim];
      await liveAWhile(round, victim);
      await program.kill();
      const startMs = random.between(0, START_MS_MAX);
      // It is killed before it can be healthy, or just after: either way this start has no say.
      const starting = program.start().catch(() => undefined);
      await delay(startMs);
      await program.kill();
      await starting;
      await program.start();
    },
  };
}
