import { setTimeout as delay } from 'node:timers/promises';
import type { Theme } from '@meetbrug/protocols/properties';
import { compareFeed, type FeedComparison } from '../end-to-end/compare-feed.ts';
import { FORETOLD_STREAMS, settleFeeds } from '../end-to-end/settle-feeds.ts';
import type { Installation } from '../harness/installation.ts';
import { waitUntilDelivered } from './edge-status.ts';
import { type Loss, unnamedLosses } from './name-losses.ts';
import { readGaps } from './read-gaps.ts';
import { readSeries } from './read-series.ts';
import type { TortureStand } from './torture-stand.ts';
import type { UplinkLedger } from './uplink-ledger.ts';

/** What feeds and series hold against what was acknowledged. */
export interface Verdict {
  readonly acknowledgedUplinks: number;
  readonly observations: number;
  /** Missing, and accounted for by a published report. */
  readonly namedLosses: number;
  /** What breaks a promise, in words; empty when all is kept. */
  readonly faults: readonly string[];
  /** Rounds in which what is missing was acknowledged. */
  readonly lossRounds: readonly number[];
}

export interface JudgeOptions {
  readonly stand: TortureStand;
  readonly ledger: UplinkLedger;
  readonly startMs: number;
  readonly deliveredTimeoutMs: number;
}

const EXAMPLES = 3;
/** The cloud has acknowledged everything by then: what the feeds do not show soon they will never show. */
const QUIET_MS = 2_000;
/** Longer than an edge of these campaigns gathers what it discards. */
const REPORTED_WITHIN_MS = 10_000;
const GAPS_POLL_MS = 500;
const COUNTED_BEFORE_MS = 86_400_000;

/** Waits until everything has come to rest, then holds feeds and time series to the ledger. */
export async function judgeDelivery(options: JudgeOptions): Promise<Verdict> {
  const { stand, ledger, startMs, deliveredTimeoutMs } = options;
  const { installation, fleet } = stand;
  const undelivered = await waitUntilDelivered(stand, deliveredTimeoutMs).then(
    () => [],
    (error: Error) => [`not delivered: ${error.message}`],
  );
  const { views, comparisons } = await settleFeeds(installation, {
    fleet,
    acknowledged: ledger.acknowledged,
    sent: ledger.sent,
    quietMs: QUIET_MS,
  });
  const promised = ledger.promised(fleet, installation);
  const possible = ledger.possible(fleet, installation);
  // Counts begin before the uplink that brings them.
  const series = await readSeries(installation, startMs - COUNTED_BEFORE_MS);
  const compared = FORETOLD_STREAMS.map((stream) => {
    const feed = comparisons.get(stream);
    if (feed === undefined) throw new Error(`${stream} was not walked`);
    const inSeries = compareFeed(promised.get(stream) ?? new Map(), series.get(stream) ?? [], possible.get(stream));
    return { stream, feed, inSeries, viewFaults: views.get(stream)?.faults ?? [] };
  });
  const missing = new Set(compared.flatMap(({ feed, inSeries }) => [...feed.missing, ...inSeries.missing]));
  const uplinks = ledger.uplinksOf(missing, fleet, installation);
  const losses = [...missing].map((iri) => lossOf(iri, uplinks.get(iri) as number));
  const unnamed = losses.length === 0 ? [] : await withoutReport(losses, installation);
  const lost = inWords(
    'lost without a report',
    unnamed.map(({ iri }) => iri),
  );
  return {
    acknowledgedUplinks: ledger.acknowledged.length,
    observations: [...promised.values()].reduce((sum, feed) => sum + feed.size, 0),
    namedLosses: missing.size - unnamed.length,
    faults: [...undelivered, ...compared.flatMap(faultsOf), ...lost],
    lossRounds: ledger.roundsOf(unnamed.map(({ uplink }) => uplink)),
  };
}

/** The losses that no report accounts for: the last reports may be on their way, unless there is none at all. */
async function withoutReport(losses: readonly Loss[], installation: Installation): Promise<Loss[]> {
  const deadlineMs = Date.now() + REPORTED_WITHIN_MS;
  while (true) {
    const gaps = await readGaps(installation);
    const unnamed = unnamedLosses(losses, gaps);
    if (unnamed.length === 0 || gaps.length === 0 || Date.now() > deadlineMs) return unnamed;
    await delay(GAPS_POLL_MS);
  }
}

interface ComparedStream {
  readonly stream: Theme;
  readonly feed: FeedComparison;
  readonly inSeries: FeedComparison;
  readonly viewFaults: readonly string[];
}

/** What is wrong with a stream beside what is missing in both places. */
function faultsOf({ stream, feed, inSeries, viewFaults }: ComparedStream): string[] {
  const places = [
    ['feed', feed],
    ['series', inSeries],
  ] as const;
  const [lacking, lackingInSeries] = [feed.missing.length, inSeries.missing.length];
  return [
    ...places.flatMap(([place, { unexpected, repeated, differing }]) =>
      Object.entries({ unexpected, repeated, differing }).flatMap(([kind, found]) =>
        inWords(`${stream} ${place}: ${kind}`, found),
      ),
    ),
    ...inWords(`${stream} view`, viewFaults),
    ...(lacking === lackingInSeries ? [] : [`${stream}: feed lacks ${lacking}, series lacks ${lackingInSeries}`]),
  ];
}

function inWords(what: string, found: readonly unknown[]): string[] {
  if (found.length === 0) return [];
  return [`${what}: ${found.length}, such as ${JSON.stringify(found.slice(0, EXAMPLES))}`];
}

/** Datastream and begin out of the IRI of an observation, `…/{datastream}/{begin}`. */
function lossOf(iri: string, uplink: number): Loss {
  const [datastream = '', begin = ''] = iri.split('/').slice(-2);
  return { iri, datastream, beginMs: Date.parse(begin), uplink };
}
