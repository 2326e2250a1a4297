import type { Program } from '../../harness/program.ts';
import type { ProgramName, TortureStand } from '../torture-stand.ts';

/** Kills a program, does something to what it leaves, and starts it again. */
export async function killAndRestart(
  { installation }: TortureStand,
  name: ProgramName,
  between: () => void | Promise<void> = () => undefined,
): Promise<void> {
  const program: Program = installation[name];
  await program.kill();
  await between();
  await program.start();
}

/** What a supervisor does: starts a program that has ended by itself. */
export async function restartIfEnded({ installation }: TortureStand, name: ProgramName): Promise<void> {
  if (installation[name].isRunning()) return;
  await installation[name].kill();
  await installation[name].start();
}
