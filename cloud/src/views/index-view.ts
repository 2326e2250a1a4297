import { bucketKey, generationOf, generationPeriod, type KeyedView } from '@meetbrug/protocols/ldes';
import type { LogTable } from '../log/log-table.ts';
import { createBucketWriter, type OpenBucket } from './bucket-writer.ts';
import type { ViewIndex } from './open-index.ts';
import type { FactsReader, FactsRow } from './read-facts.ts';

const HOUR_MS = 3_600_000;
/** Buckets found by number beyond this are looked up by path again. */
const FOUND_MAX = 100_000;

/** Adds members of a stream to one of its keyed views. */
export interface ViewAdder {
  add(rows: readonly FactsRow[]): void;
  /** Writes what was added, inside the caller's transaction. */
  flush(): void;
}

/**
 * Where a member goes is a function of its stamp's generation and, in it, of one number: the hour of its result time, or
 * the description version it was published with. So the path is worked out once for each of those and generation.
 */
export function createViewAdder(
  index: ViewIndex,
  facts: FactsReader,
  table: LogTable,
  view: { readonly id: number; readonly definition: KeyedView },
): ViewAdder {
  const { definition } = view;
  const writer = createBucketWriter(index, view.id, definition.pageSize);
  const numberOf =
    definition.kind === 'by-time'
      ? ({ resultMs }: FactsRow) => Math.floor(resultMs / HOUR_MS)
      : ({ description }: FactsRow) => description;
  const found = new Map<number, OpenBucket>();
  let generationUntilMs = Number.NEGATIVE_INFINITY;

  const openBucket = (row: FactsRow, number: number): OpenBucket => {
    const { generation, key } = bucketKey(definition, facts.facts(table, row));
    const bucket = writer.open([...generation, ...key].join('/'));
    if (found.size >= FOUND_MAX) found.clear();
    found.set(number, bucket);
    return bucket;
  };

  return {
    add(rows) {
      for (const row of rows) {
        if (row.generatedMs >= generationUntilMs) {
          generationUntilMs = endOfGeneration(definition, row.generatedMs);
          found.clear();
          writer.flush();
          writer.forget();
        }
        const number = numberOf(row);
        writer.add(found.get(number) ?? openBucket(row, number), row.ordinal);
      }
    },
    flush: () => writer.flush(),
  };
}

function endOfGeneration(view: KeyedView, generatedMs: number): number {
  const generation = generationOf(view, generatedMs);
  const period = generationPeriod(generation);
  if (period === undefined) throw new Error(`generation ${generation.join('/')} is no period`);
  return period.untilMs;
}
