import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The clock of a program under test, set from outside while it runs. */
export interface MovableClock {
  readonly nodeArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The program's clock says this now, and goes on from there. */
  setTo(epochMs: number): void;
  /** By so much away from the machine's clock. */
  setOffset(offsetMs: number): void;
  offsetMs(): number;
}

/** A clock that is right, in the zone of Brussels. Its file is in `directory` and goes with it. */
export function createMovableClock(directory: string): MovableClock {
  const file = join(directory, '.clock-offset');
  let current = 0;
  const setOffset = (offsetMs: number) => {
    current = Math.round(offsetMs);
    // Whole at any moment: the program reads whenever it likes.
    writeFileSync(`${file}.new`, String(current));
    renameSync(`${file}.new`, file);
  };
  setOffset(0);
  return {
    nodeArguments: ['--import', new URL('./clock-offset.ts', import.meta.url).href],
    environment: { MEETBRUG_CLOCK_FILE: file, TZ: 'Europe/Brussels' },
    setTo: (epochMs) => setOffset(epochMs - Date.now()),
    setOffset,
    offsetMs: () => current,
  };
}
