import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import type { SentBatch } from './in-flight-batches.ts';

/** A description that the cloud keeps asking for is one it cannot take: then the time-out sets the pace. */
const REPEATS_MAX = 3;

/** Which descriptions the cloud was sent on this connection; no more entries than the outbox has descriptions. */
export class SentDescriptions {
  readonly #sent = new Set<number>();
  readonly #repeats = new Map<number, number>();

  has(id: number): boolean {
    return this.#sent.has(id);
  }

  add(ids: readonly number[]): void {
    for (const id of ids) this.#sent.add(id);
  }

  clear(): void {
    this.#sent.clear();
    this.#repeats.clear();
  }

  /**
   * Takes back what the cloud says it lacks, of what the batches in flight use.
   * @returns the ids whose batches are to be sent again at once
   */
  takeBack(
    wanted: readonly (readonly [datastream: string, version: number])[],
    batches: readonly SentBatch[],
    description: (id: number) => DatastreamDescription | undefined,
  ): ReadonlySet<number> {
    const names = new Set(wanted.map(([datastream, version]) => `${datastream} ${version}`));
    const again = new Set<number>();
    for (const id of new Set(batches.flatMap(({ descriptionIds }) => descriptionIds))) {
      const known = description(id);
      if (known === undefined || !names.has(`${known.datastream} ${known.version}`)) continue;
      const repeats = (this.#repeats.get(id) ?? 0) + 1;
      this.#repeats.set(id, repeats);
      this.#sent.delete(id);
      if (repeats <= REPEATS_MAX) again.add(id);
    }
    return again;
  }
}
