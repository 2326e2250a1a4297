import { readFileSync } from 'node:fs';
import { StartError } from '../start-error.ts';

/** A secret from a file, its last line end cut. Throws {@link StartError}, which names the setting, when there is none. */
export function readSecret(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new StartError(`${setting}: cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
  if (text === '') throw new StartError(`${setting}: ${file} is empty`);
  return text;
}
