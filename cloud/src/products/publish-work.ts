import type { RefusalCode } from '@meetbrug/protocols/delivery';
import type { ComputedValue } from './compute-day.ts';
import { BATCH_VALUES_MAX, encodeProductBatch } from './product-batch.ts';
import type { ProductWork } from './product-engine.ts';

/** Gives one body to the log; `later` when it found no room or its clock was behind. */
export type DeliverProducts = (
  organisation: string,
  body: Uint8Array,
  sequences: number,
) => Promise<{ readonly outcome: 'committed' | 'later'; readonly refused: readonly RefusedValue[] }>;

/** The number of a value that the log put into its quarantine, and why. */
export type RefusedValue = readonly [sequence: number, code: RefusalCode];

/** What the sender of the products knows of the log. */
export interface ProductSender {
  /** The number of the next value, above all that the log has ever seen of the products. */
  next: number;
  /** Descriptions that the log has, as `organisation/key/version`; at most {@link DESCRIBED_MAX}. */
  readonly described: Set<string>;
}

/** A memory that is full starts anew: the descriptions are then sent once more. */
const DESCRIBED_MAX = 100_000;

/** @param highestSequence the highest number that the log knows of the products */
export function createProductSender(highestSequence: number): ProductSender {
  return { next: highestSequence + 1, described: new Set() };
}

/** What became of the values of a step. */
export interface PublishedWork {
  readonly published: number;
  readonly refused: number;
  /** Why values were refused, each reason once an organisation. */
  readonly refusals: readonly { readonly organisation: string; readonly code: RefusalCode }[];
}

/**
 * Publishes the values of a step, organisation by organisation, and settles it when all are committed. Numbers of a body that
 * was not taken are free again: nobody has seen them. What is refused (its stream is closed, say) would be refused again, so
 * it counts as settled, but never as published.
 * @returns `later` when nothing was settled and the step must be made again
 */
export async function publishWork(
  work: ProductWork,
  sender: ProductSender,
  nowMs: number,
  deliver: DeliverProducts,
): Promise<PublishedWork | 'later'> {
  const revisions = new Map<ComputedValue, number>();
  const refusals: PublishedWork['refusals'][number][] = [];
  for (const [organisation, values] of Map.groupBy(work.values, (value) => value.organisation)) {
    for (let at = 0; at < values.length; at += BATCH_VALUES_MAX) {
      const part = values.slice(at, at + BATCH_VALUES_MAX);
      const nameOf = ({ datastream, version }: ComputedValue['description']) =>
        `${organisation}/${datastream}/${version}`;
      const isKnown = (description: ComputedValue['description']) => sender.described.has(nameOf(description));
      const body = encodeProductBatch(part, sender.next, nowMs, isKnown);
      const delivered = await deliver(organisation, body, part.length);
      if (delivered.outcome === 'later') return 'later';
      const codes = new Map(delivered.refused);
      part.forEach((value, position) => {
        const revision = sender.next + position;
        if (codes.has(revision)) return;
        revisions.set(value, revision);
        if (sender.described.size >= DESCRIBED_MAX) sender.described.clear();
        sender.described.add(nameOf(value.description));
      });
      sender.next += part.length;
      for (const code of codes.values()) {
        if (!refusals.some((one) => one.organisation === organisation && one.code === code)) {
          refusals.push({ organisation, code });
        }
      }
    }
  }
  work.done(work.values.map((value) => revisions.get(value)));
  return { published: revisions.size, refused: work.values.length - revisions.size, refusals };
}
