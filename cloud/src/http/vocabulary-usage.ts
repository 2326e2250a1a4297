import { z } from 'zod';
import type { ReadScope } from '../access/read-scope.ts';
import type { ReadPool } from '../read/read-pool.ts';

/** How many datastreams measure each property, by the key of the property. */
export interface PropertyUsage {
  readonly datastreams: ReadonlyMap<string, number>;
  /** False when there were more datastreams than were counted: the numbers are least numbers. */
  readonly complete: boolean;
}

/** Counted in pages, so that no other reader waits long. */
const PAGE_SIZE = 1_000;
const PAGES_MAX = 5;
const KEPT_MS = 60_000;

const EVERY_DATASTREAM = {
  search: { filter: {}, areas: [], words: [] },
  limit: PAGE_SIZE,
  format: 'json',
  dialect: { zone: 'UTC', locale: 'en', byteOrderMark: false },
  address: '/api/v1/datastreams',
  encoding: 'identity',
} as const;

const pageSchema = z.object({
  datastreams: z.array(z.object({ property: z.object({ key: z.string() }) })),
  next: z.string().nullable(),
});

/**
 * Counts the datastreams of this installation by property; a count is kept for a minute, and everyone who asks meanwhile
 * shares it, so only what everybody may read is counted. Undefined when the read side cannot answer: no number is better
 * than a wrong one.
 */
export function createPropertyUsage(
  readers: Pick<ReadPool, 'run'>,
  everybody: ReadScope,
  nowMs: () => number,
): () => Promise<PropertyUsage | undefined> {
  let kept: { readonly sinceMs: number; readonly usage: Promise<PropertyUsage | undefined> } | undefined;
  return () => {
    const now = nowMs();
    if (kept === undefined || now - kept.sinceMs >= KEPT_MS || now < kept.sinceMs) {
      kept = { sinceMs: now, usage: countDatastreams(readers, everybody) };
    }
    return kept.usage;
  };
}

async function countDatastreams(
  readers: Pick<ReadPool, 'run'>,
  everybody: ReadScope,
): Promise<PropertyUsage | undefined> {
  const datastreams = new Map<string, number>();
  let afterId = 0;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await readers.run({ kind: 'query', ask: 'datastreams', afterId, ...EVERY_DATASTREAM }, everybody);
    if (!answer.ok || answer.value.kind !== 'part') return undefined;
    const { datastreams: listed, next } = pageSchema.parse(JSON.parse(new TextDecoder().decode(answer.value.body)));
    for (const { property } of listed) datastreams.set(property.key, (datastreams.get(property.key) ?? 0) + 1);
    if (next === null) return { datastreams, complete: true };
    afterId = Number(new URL(next).searchParams.get('after'));
  }
  return { datastreams, complete: false };
}
