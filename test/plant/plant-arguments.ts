import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A fault to plant: `find`, which stands exactly once in the source file, becomes `replace`. */
export interface PlantedFault {
  readonly source: URL;
  readonly find: string;
  readonly replace: string;
}

/**
 * Node arguments and environment that run a program with the fault. Throws when the text does not stand exactly once in
 * the file: the source has moved on and the plant must follow.
 */
export function plantArguments({ source, find, replace }: PlantedFault): {
  nodeArguments: string[];
  environment: Record<string, string>;
} {
  const file = fileURLToPath(source);
  const found = readFileSync(file, 'utf8').split(find).length - 1;
  if (found !== 1) throw new Error(`"${find}" stands ${found} times in ${file}`);
  return {
    nodeArguments: ['--import', new URL('./plant.ts', import.meta.url).href],
    environment: { MEETBRUG_PLANT: JSON.stringify({ file, find, replace }) },
  };
}
