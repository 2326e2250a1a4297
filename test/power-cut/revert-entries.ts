import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { Survival } from './replay-journal.ts';

const ENTRIES = '.entries.undo';
const GONE = '.gone';
const UNDO_SUFFIX = '.undo';

/** What happened to the entry of a file in its directory; a deleted file waits under another name. */
interface EntryChange {
  readonly kind: 'created' | 'renamed' | 'deleted';
  readonly path: string;
  readonly other: string;
}

const KINDS: Readonly<Record<string, EntryChange['kind']>> = { C: 'created', R: 'renamed', U: 'deleted' };

/**
 * Takes back what happened in the directories below `root` since each was synced: all of it, or all but the first few, as a
 * file system with a journal of its own keeps the order of such changes. Returns how many were taken back.
 */
export function revertEntries(root: string, survival: Survival, random: SeededRandom): number {
  let reverted = 0;
  const journals = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ENTRIES));
  for (const journal of journals.sort()) {
    const changes = readChanges(join(root, journal), root);
    const kept = survival === 'synced-only' ? 0 : random.between(0, changes.length);
    for (const change of changes.slice(kept).reverse()) revert(change);
    reverted += changes.length - kept;
    rmSync(join(root, journal));
  }
  rmSync(join(root, GONE), { recursive: true, force: true });
  return reverted;
}

/** The journal names absolute paths; the folder may be a copy that lies elsewhere. */
function readChanges(journal: string, root: string): EntryChange[] {
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  const folder = journal.slice(0, -ENTRIES.length);
  return lines.map((line) => {
    const [letter = '', path = '', other = ''] = line.split('\t');
    const kind = KINDS[letter];
    if (kind === undefined) throw new Error(`${journal}: "${line}"`);
    const nameOf = (absolute: string) => absolute.slice(absolute.lastIndexOf('/') + 1);
    const otherPath = kind === 'deleted' ? join(root, GONE, nameOf(other)) : join(folder, nameOf(other));
    return { kind, path: join(folder, nameOf(path)), other: otherPath };
  });
}

function revert({ kind, path, other }: EntryChange): void {
  if (kind === 'created') {
    for (const file of [path, path + UNDO_SUFFIX]) rmSync(file, { force: true });
    return;
  }
  for (const suffix of ['', UNDO_SUFFIX]) {
    if (existsSync(other + suffix)) renameSync(other + suffix, path + suffix);
  }
}
