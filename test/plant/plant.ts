import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Plants a fault: loaded with `node --import`, it replaces a text in one source module as that module loads, in the main
 * thread and in every worker. A test that claims to catch a fault is run against the planted program and must fail there.
 */
interface Plant {
  /** End of the module's path, from a slash on. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const VARIABLE = 'MEETBRUG_PLANT';

/** Exactly one occurrence is replaced; anything else throws, because a plant that misses would prove nothing. */
function plantInto(source: string, plant: Plant): string {
  const parts = source.split(plant.find);
  if (parts.length !== 2) throw new Error(`plant: "${plant.find}" stands ${parts.length - 1} times in ${plant.file}`);
  return parts.join(plant.replace);
}

const text = process.env[VARIABLE];
if (text === undefined) throw new Error(`plant: ${VARIABLE} is not set`);
const plant = JSON.parse(text) as Plant;
let planted: string | undefined;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith('file:') || !fileURLToPath(url).endsWith(plant.file)) return loaded;
    if (planted !== undefined && planted !== url) throw new Error(`plant: ${plant.file} names ${planted} and ${url}`);
    planted = url;
    return { ...loaded, source: plantInto(readFileSync(fileURLToPath(url), 'utf8'), plant) };
  },
});
