import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import { cutPower } from '../power-cut/cut-power.ts';
import type { Survival } from '../power-cut/replay-journal.ts';

/** What happens to the files of a process that ends without closing them. */
export type Ending = 'killed' | 'power-cut';

const SURVIVALS: readonly Survival[] = ['synced-only', 'torn', 're-ordered'];
const SHARED_MEMORY = /-shm$/;
/** Undo journals of the volatile disk lie beside their files and go with them. */
const JOURNAL = /\.undo$/;

/**
 * The disk of one machine, below a folder of its own. A process that ends leaves open connections behind in this process,
 * so its files are copied as they are at that instant, and the next life gets the copy. Nothing is deleted: on the
 * volatile disk it would only be set aside; whoever owns the folder removes it.
 */
export class SimulatedDisk {
  readonly #folder: string;
  readonly #random: SeededRandom;
  #life = 0;
  #images = 0;

  constructor(folder: string, random: SeededRandom) {
    this.#folder = folder;
    this.#random = random;
    mkdirSync(this.path, { recursive: true });
  }

  /** Where the files of the present life are. */
  get path(): string {
    return join(this.#folder, `life-${this.#life}`);
  }

  /** The process ends; `release` closes what it left open, on files that nobody looks at any more. */
  end(ending: Ending, release: () => void): void {
    this.#beginLife(this.path);
    if (ending === 'power-cut') cutPower(this.path, SURVIVALS[this.#random.between(0, 2)] ?? 'torn', this.#random);
    release();
  }

  /** Keeps an image of the files, as a card is copied while its machine runs. Returns how to go back to it. */
  takeImage(): () => void {
    this.#images += 1;
    const image = join(this.#folder, `image-${this.#images}`);
    copyFiles(this.path, image);
    return () => this.#beginLife(image);
  }

  #beginLife(from: string): void {
    this.#life += 1;
    copyFiles(from, this.path);
  }
}

function copyFiles(from: string, to: string): void {
  mkdirSync(to);
  const names = readdirSync(from).filter((name) => !SHARED_MEMORY.test(name));
  const [journals, files] = [names.filter((name) => JOURNAL.test(name)), names.filter((name) => !JOURNAL.test(name))];
  for (const name of files) copyFileSync(join(from, name), join(to, name));
  // What copying wrote into journals of its own is not what the process had written.
  for (const name of readdirSync(to).filter((each) => JOURNAL.test(each))) rmSync(join(to, name));
  for (const name of journals) copyFileSync(join(from, name), join(to, name));
}
