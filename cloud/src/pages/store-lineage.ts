import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Which store pages were made from, and how far it had come. A store of another file, or one that is not as far any more
 * (a restored backup), may give other members the places that the kept pages show.
 */
export interface StoreLineage {
  /** Differs between two files, whatever they are called. */
  readonly storeId: string;
  /** Stamp of the last commit; never falls within one lineage. */
  readonly lastStampMs: number;
}

const lineageSchema = z.strictObject({ storeId: z.string(), lastStampMs: z.number() });
const FILE = 'lineage.json';

/** Whether pages made from a store as it was `kept` are pages of the store as it is `now`. */
export function continuesLineage(kept: StoreLineage, now: StoreLineage): boolean {
  return kept.storeId === now.storeId && kept.lastStampMs <= now.lastStampMs;
}

/** The lineage that a folder of pages was written under; undefined when it does not say. */
export async function readLineage(folder: string): Promise<StoreLineage | undefined> {
  try {
    return lineageSchema.safeParse(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export async function writeLineage(folder: string, lineage: StoreLineage): Promise<void> {
  const file = join(folder, FILE);
  await writeFile(`${file}.tmp`, JSON.stringify(lineage));
  await rename(`${file}.tmp`, file);
}
