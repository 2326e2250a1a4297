import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the cache by its path below the folder. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Files looked at together: the threads that read the disk also serve the readers' pages. */
const AT_ONCE = 16;
const TEMPORARY = /\.tmp$/;

/**
 * The page files of a folder, least recently used first. What a crash left half written is removed.
 * @param kept names of the subfolders that stay; others are removed
 */
export async function listPageFiles(folder: string, kept: ReadonlySet<string>): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const view of await entriesOf(folder)) {
    if (!view.isDirectory()) continue;
    if (!kept.has(view.name)) {
      await rm(join(folder, view.name), { recursive: true, force: true });
      continue;
    }
    const files = (await entriesOf(join(folder, view.name))).map(({ name }) => `${view.name}/${name}`);
    for (let from = 0; from < files.length; from += AT_ONCE) {
      const chunk = await Promise.all(files.slice(from, from + AT_ONCE).map((path) => look(folder, path)));
      found.push(...chunk.filter((file) => file !== undefined));
    }
  }
  return found.sort((one, other) => one.usedMs - other.usedMs);
}

async function look(folder: string, path: string): Promise<FoundFile | undefined> {
  const file = join(folder, path);
  if (TEMPORARY.test(path)) {
    await rm(file, { force: true, recursive: true });
    return undefined;
  }
  try {
    const { size, mtimeMs } = await stat(file);
    return { path, bytes: size, usedMs: mtimeMs };
  } catch {
    return undefined;
  }
}

/** A folder that somebody deletes meanwhile is an empty one. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
