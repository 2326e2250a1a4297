import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import { type FileCut, replayJournal, type Survival } from './replay-journal.ts';
import { revertEntries } from './revert-entries.ts';

export type { Survival };

export interface CutReport {
  /** Files that had changes after their last sync. */
  readonly filesChanged: number;
  readonly changesLost: number;
  readonly changesKept: number;
  readonly changesTorn: number;
  /** Files that were created, renamed or deleted since their directory was synced, and are again as before. */
  readonly entriesReverted: number;
}

const UNDO_SUFFIX = '.undo';

/**
 * Makes the files below `directory` what a power cut may leave of them, from the journals that volatile-disk.c kept.
 * Call it after the program has been killed and before it starts again, or on a copy of the folder of a program that
 * runs. Shared-memory files vanish, as memory does.
 */
export function cutPower(directory: string, survival: Survival, random: SeededRandom): CutReport {
  const entriesReverted = revertEntries(directory, survival, random);
  const report = { filesChanged: 0, changesLost: 0, changesKept: 0, changesTorn: 0, entriesReverted };
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.filter((each) => each.endsWith(UNDO_SUFFIX))) {
    const journal = join(directory, name);
    const file = journal.slice(0, -UNDO_SUFFIX.length);
    if (existsSync(file)) addCut(report, replayJournal(file, readFileSync(journal), survival, random));
    rmSync(journal);
  }
  for (const name of names.filter((each) => each.endsWith('-shm'))) rmSync(join(directory, name));
  return report;
}

function addCut(report: { -readonly [Key in keyof CutReport]: number }, cut: FileCut): void {
  report.filesChanged += cut.lost + cut.kept + cut.torn > 0 ? 1 : 0;
  report.changesKept += cut.kept;
  report.changesLost += cut.lost;
  report.changesTorn += cut.torn;
}

/** As if everything had been synced: after something else than the program has changed its files. */
export function forgetJournals(directory: string): void {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((each) => each.endsWith(UNDO_SUFFIX))) rmSync(join(directory, name), { force: true });
}
