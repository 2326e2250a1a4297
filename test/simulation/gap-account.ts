import type { OpenedLog } from '@meetbrug/cloud/src/log/writer-session.ts';

/** What the cloud knows to be missing of one datastream for one reason. */
export interface AccountedGap {
  readonly subject: string;
  readonly reason: string;
  readonly observations: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

interface GapRow {
  readonly subject: string;
  readonly reason: string;
  readonly observations: number;
  readonly pending: number;
  readonly first_ms: number;
  readonly last_ms: number;
}

/** Observations that an edge took and then had to let go. */
const DISCARDED: ReadonlySet<string> = new Set(['dropped', 'thinned', 'expired', 'damaged']);

/** The gaps that the cloud counts and publishes. Throws where its count and what it published say different things. */
export class GapAccount {
  readonly #gaps: readonly AccountedGap[];

  constructor({ store }: OpenedLog) {
    const rows = store.prepare<[], GapRow>('SELECT * FROM gap').all();
    const published = publishedGaps(store);
    for (const { subject, reason, observations, pending } of rows) {
      const said = published.get(`${subject} ${reason}`) ?? 0;
      if (said + pending !== observations) {
        throw new Error(`${subject}: ${observations} ${reason} are counted, ${said} published, ${pending} pending`);
      }
    }
    this.#gaps = rows.map(({ first_ms: firstMs, last_ms: lastMs, ...row }) => ({ ...row, firstMs, lastMs }));
  }

  /** Whether a gap says that an observation of this datastream and moment may be missing. */
  names(key: string, beginMs: number): boolean {
    return this.#gaps.some(
      ({ subject, reason, firstMs, lastMs }) =>
        subject === key && DISCARDED.has(reason) && firstMs <= beginMs && beginMs <= lastMs,
    );
  }

  countOf(key: string, isCounted: (reason: string) => boolean): number {
    const counted = this.#gaps.filter(({ subject, reason }) => subject === key && isCounted(reason));
    return counted.reduce((sum, { observations }) => sum + observations, 0);
  }

  discardedOf(key: string): number {
    return this.countOf(key, (reason) => DISCARDED.has(reason));
  }

  supersededOf(key: string): number {
    return this.countOf(key, (reason) => reason === 'superseded');
  }
}

/** Observations that the gap members of the `sensors` stream name, by subject and reason. */
function publishedGaps(store: OpenedLog['store']): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { body } of store
    .prepare<[], { body: string }>(`SELECT body FROM entity_log WHERE path LIKE 'hiaat/%'`)
    .all()) {
    const { subject, reason, observations } = JSON.parse(body) as AccountedGap;
    sums.set(`${subject} ${reason}`, (sums.get(`${subject} ${reason}`) ?? 0) + observations);
  }
  return sums;
}
