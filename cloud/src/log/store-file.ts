import { join } from 'node:path';

/** Where the log of a data folder is. */
export function storeFileOf(dataDir: string): string {
  return join(dataDir, 'cloud.sqlite');
}
