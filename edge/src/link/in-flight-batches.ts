import { addRange, type SequenceRange, subtractRange } from '@meetbrug/protocols/delivery';
import type { InFlight } from './plan-delivery.ts';

export interface SentBatch extends InFlight {
  /** Monotonic. */
  readonly sentMs: number;
  readonly descriptionIds: readonly number[];
  readonly observationCount: number;
}

export interface SettledBatches {
  /** Of all batches that are settled. */
  readonly observationCount: number;
  /** When those that were sent once were sent: how long the cloud takes. */
  readonly sentOnceMs: readonly number[];
}

/** Batches that wait for an acknowledgement; bounded by the plan of deliveries. */
export class InFlightBatches {
  #batches: readonly SentBatch[] = [];
  /** Given up on and not acknowledged since: an acknowledgement may be of either sending. */
  #repeated: readonly SequenceRange[] = [];

  get batches(): readonly SentBatch[] {
    return this.#batches;
  }

  add(batch: SentBatch): void {
    this.#batches = [...this.#batches, batch];
  }

  /** Of a new connection: what was sent on the old one may still be acknowledged. */
  clear(): void {
    this.#release(() => true);
  }

  /** Drops the batches that are acknowledged to the last uplink. */
  settle(acknowledged: readonly SequenceRange[]): SettledBatches {
    const settled = this.#batches.filter(({ range }) => covers(acknowledged, range));
    const once = settled.filter(({ range }) => !overlaps(this.#repeated, range));
    if (this.#repeated.length > 0) this.#repeated = acknowledged.reduce(subtractRange, [...this.#repeated]);
    if (settled.length > 0) this.#batches = this.#batches.filter((batch) => !settled.includes(batch));
    return {
      observationCount: settled.reduce((sum, { observationCount }) => sum + observationCount, 0),
      sentOnceMs: once.map(({ sentMs }) => sentMs),
    };
  }

  /** Drops the batches that use one of these descriptions, so that what they hold is planned again. */
  releaseDescribed(descriptionIds: ReadonlySet<number>): void {
    this.#release((batch) => batch.descriptionIds.some((id) => descriptionIds.has(id)));
  }

  /** Drops the batches that were sent before. Returns how many. */
  releaseSentBefore(sentMs: number): number {
    return this.#release((batch) => batch.sentMs < sentMs);
  }

  #release(isGivenUp: (batch: SentBatch) => boolean): number {
    const given = this.#batches.filter(isGivenUp);
    if (given.length === 0) return 0;
    this.#batches = this.#batches.filter((batch) => !given.includes(batch));
    for (const { range } of given) this.#repeated = addRange(this.#repeated, range);
    return given.length;
  }
}

function covers(ranges: readonly SequenceRange[], [from, to]: SequenceRange): boolean {
  return ranges.some((range) => range[0] <= from && to <= range[1]);
}

function overlaps(ranges: readonly SequenceRange[], [from, to]: SequenceRange): boolean {
  return ranges.some((range) => range[0] <= to && from <= range[1]);
}
