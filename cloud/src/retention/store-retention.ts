import { type LogTable, logTableOf } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';
import { createStampReader } from '../log/stamps.ts';
import type { StreamHead } from '../log/streams.ts';
import type { ViewTable } from '../log/views.ts';
import { carriersOf, keptFromMs } from './kept-by-views.ts';
import { planCutoff, type StorePolicy } from './plan-cutoff.ts';
import { measureStore, type StoreBytes } from './store-bytes.ts';
import { createSweeper, type Sweep } from './sweep-stream.ts';

/** A stream that takes more than it is given, because its views promise to keep what it has. */
export interface HeldStream {
  readonly organisation: string;
  readonly stream: string;
  /** About. */
  readonly bytes: number;
  readonly bytesMax: number;
}

/** The writer's part of the store's retention; all of it in the caller's transactions. */
export interface StoreRetention {
  /**
   * Moves the cut-offs as far as policies and views allow; the sweeps that follow delete. To be called before the views drop
   * more: a page that a reader is being shown has been dropped for a whole round before its members go.
   */
  plan(heads: readonly StreamHead[], lastStampMs: number): HeldStream[];
  /** Deletes a bounded part; false when nothing is left. */
  sweep(): boolean;
  /** Whether {@link sweep} has something to look through. */
  hasWork(): boolean;
  /** After a transaction that was rolled back: the next plan begins anew. */
  reset(): void;
}

/** A stream whose members leave the store by themselves: those of others follow. */
interface GovernedStream extends StreamHead {
  readonly table: 'log' | 'outside_log';
}

interface Kept {
  readonly cutoffMs: number;
  readonly removed: number;
}

/** @param policyOf what the configuration says of a stream; undefined where everything is kept */
export function createStoreRetention(
  store: Store,
  views: ViewTable,
  policyOf: (organisation: string, stream: string) => StorePolicy | undefined,
): StoreRetention {
  const stampOf = createStampReader(store);
  const sweepStep = createSweeper(store);
  const selectKept = store.prepare<[number], Kept>(
    'SELECT cutoff_ms AS cutoffMs, removed FROM stream_cutoff WHERE stream = ?',
  );
  const raise = store.prepare(`
    INSERT INTO stream_cutoff (stream, cutoff_ms) VALUES (?, ?)
    ON CONFLICT (stream) DO UPDATE SET cutoff_ms = max(cutoff_ms, excluded.cutoff_ms)`);
  const prepareStampBehind = (table: LogTable) =>
    store.prepare<[number, number], { stampMs: number }>(
      `SELECT stamp_ms AS stampMs FROM ${table} WHERE stream = ? AND ordinal >= ? ORDER BY ordinal LIMIT 1`,
    );
  const stampAtOrBehind = { log: prepareStampBehind('log'), outside_log: prepareStampBehind('outside_log') };
  /** How far the places in streams of all organisations were looked through since the start. */
  const lookedTo = new Map<number, number>();
  let sweeps: Sweep[] = [];

  const excess = (head: GovernedStream, policy: StorePolicy, bytes: StoreBytes, lastStampMs: number) => {
    if (policy.bytes === undefined) return undefined;
    const removed = selectKept.get(head.id)?.removed ?? 0;
    const surplus = bytes.ofMembers(head.memberCount - removed) - policy.bytes;
    if (surplus <= 0) return undefined;
    const firstKept = stampAtOrBehind[head.table].get(head.id, removed + bytes.toMembers(surplus));
    return firstKept?.stampMs ?? lastStampMs;
  };

  const planOne = (
    head: GovernedStream,
    heads: readonly StreamHead[],
    lastStampMs: number,
    bytes: StoreBytes,
  ): { readonly cutoffMs: number; readonly held: HeldStream[] } => {
    const policy = policyOf(head.organisation, head.name);
    if (policy === undefined || head.closed || head.memberCount === 0) {
      return { cutoffMs: Number.NEGATIVE_INFINITY, held: [] };
    }
    const kept = carriersOf(head, heads).flatMap((carrier) =>
      views.list(carrier.id).map((view) => keptFromMs(view, carrier, stampOf, lastStampMs)),
    );
    const planned = planCutoff({
      policy,
      lastStampMs,
      keptFromMs: Math.min(Number.POSITIVE_INFINITY, ...kept),
      excessUntilMs: excess(head, policy, bytes, lastStampMs),
    });
    const { organisation, name: stream } = head;
    const taken = bytes.ofMembers(head.memberCount - (selectKept.get(head.id)?.removed ?? 0));
    const held =
      planned.isHeld && policy.bytes !== undefined
        ? [{ organisation, stream, bytes: taken, bytesMax: policy.bytes }]
        : [];
    return { cutoffMs: planned.cutoffMs, held };
  };

  const sweepOf = (head: StreamHead, table: Sweep['table'], cutoffMs: number): Sweep => ({
    stream: head.id,
    table,
    cutoffMs,
    nextOrdinal: table === 'all_log' ? (lookedTo.get(head.id) ?? 0) : 0,
  });
  const ofTable = <Table extends Sweep['table']>(heads: readonly StreamHead[], table: Table) =>
    heads.filter((head) => logTableOf(head) === table && !head.closed).map((head) => ({ ...head, table }));

  return {
    plan(heads, lastStampMs) {
      const governed = [...ofTable(heads, 'log'), ...ofTable(heads, 'outside_log')].filter(
        ({ organisation, name }) => policyOf(organisation, name) !== undefined,
      );
      if (governed.length === 0) return [];
      const bytes = measureStore(store);
      const held: HeldStream[] = [];
      const cutoffs = new Map<GovernedStream, number>();
      for (const head of governed) {
        const planned = planOne(head, heads, lastStampMs, bytes);
        held.push(...planned.held);
        if (Number.isFinite(planned.cutoffMs)) raise.run(head.id, planned.cutoffMs);
        cutoffs.set(head, selectKept.get(head.id)?.cutoffMs ?? Number.NEGATIVE_INFINITY);
      }
      const ofLogs = [...cutoffs].map(([head, cutoffMs]) => sweepOf(head, head.table, cutoffMs));
      // Places of members go once every stream that may lose some has lost them up to there.
      const ofAll = ofTable(heads, 'all_log').map((all) => {
        const sources = [...cutoffs].filter(([{ name }]) => name === all.name).map(([, cutoffMs]) => cutoffMs);
        return sweepOf(all, 'all_log', sources.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...sources));
      });
      sweeps = [...ofLogs, ...ofAll].filter(({ cutoffMs }) => Number.isFinite(cutoffMs));
      return held;
    },
    sweep() {
      const [next, ...others] = sweeps;
      if (next === undefined) return false;
      const rest = sweepStep(next);
      if (next.table === 'all_log' && rest !== undefined) lookedTo.set(rest.stream, rest.nextOrdinal);
      sweeps = rest === undefined ? others : [rest, ...others];
      return sweeps.length > 0;
    },
    hasWork: () => sweeps.length > 0,
    reset() {
      sweeps = [];
      lookedTo.clear();
    },
  };
}
