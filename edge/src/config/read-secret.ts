import { readFileSync } from 'node:fs';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { StartError } from '../start-error.ts';

/** A secret from a file, its last line end cut. A fault names the file and quotes nothing of it. */
export function readSecretFile(file: string): Result<string, Fault<'file-unusable'>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    return fail('file-unusable', `cannot read ${file}: ${(error as Error).message}`);
  }
  return text === '' ? fail('file-unusable', `${file} is empty`) : ok(text);
}

/** What {@link readSecretFile} reads. Throws {@link StartError}, which names the setting, when there is none. */
export function readSecret(setting: string, file: string): string {
  const secret = readSecretFile(file);
  if (secret.ok) return secret.value;
  throw new StartError(`${setting}: ${secret.fault.detail}`);
}
