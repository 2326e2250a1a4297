import type { SequenceRange } from '@meetbrug/protocols/delivery';
import type { InFlight } from './plan-delivery.ts';

export interface SentBatch extends InFlight {
  /** Monotonic. */
  readonly sentMs: number;
  readonly descriptionIds: readonly number[];
  readonly observationCount: number;
}

/** Batches that wait for an acknowledgement; bounded by the plan of deliveries. */
export class InFlightBatches {
  #batches: readonly SentBatch[] = [];

  get batches(): readonly SentBatch[] {
    return this.#batches;
  }

  add(batch: SentBatch): void {
    this.#batches = [...this.#batches, batch];
  }

  clear(): void {
    this.#batches = [];
  }

  /** Drops the batches that are acknowledged to the last uplink. Returns the observations that they held. */
  settle(acknowledged: readonly SequenceRange[]): number {
    const settled = this.#batches.filter(({ range }) => covers(acknowledged, range));
    if (settled.length > 0) this.#batches = this.#batches.filter((batch) => !settled.includes(batch));
    return settled.reduce((sum, { observationCount }) => sum + observationCount, 0);
  }

  /** Drops the batches that use one of these descriptions, so that what they hold is planned again. */
  releaseDescribed(descriptionIds: ReadonlySet<number>): void {
    this.#batches = this.#batches.filter((batch) => !batch.descriptionIds.some((id) => descriptionIds.has(id)));
  }

  /** Drops the batches that were sent before. Returns how many. */
  releaseSentBefore(sentMs: number): number {
    const before = this.#batches.length;
    this.#batches = this.#batches.filter((batch) => batch.sentMs >= sentMs);
    return before - this.#batches.length;
  }
}

function covers(ranges: readonly SequenceRange[], [from, to]: SequenceRange): boolean {
  return ranges.some((range) => range[0] <= from && to <= range[1]);
}
