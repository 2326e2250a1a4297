import { type EdgeGapReason, rangesOf, type SequenceRange } from '@meetbrug/protocols/delivery';
import type { DescriptionStore } from './description-store.ts';
import type { GapStore } from './gap-store.ts';
import type { QuarantineRecord } from './quarantine-store.ts';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';
import type { SequenceNumbering } from './sequence-numbering.ts';
import { gapsOf, lossOfDamaged } from './stored-gaps.ts';
import { decodeObservations } from './stored-observations.ts';
import type { UplinkRows } from './uplink-rows.ts';

export interface DiscardStores {
  readonly rows: UplinkRows;
  readonly numbering: SequenceNumbering;
  readonly gaps: GapStore;
  readonly descriptions: DescriptionStore;
}

/**
 * Discards rows that the cloud has not acknowledged: counts what was in them, deletes them and lets their sequences go.
 * A report of gaps stays unless it is damaged: there are few of them. Part of the caller's transaction.
 */
export function discardRows(stores: DiscardStores, rows: readonly UplinkRow[], reason: EdgeGapReason): void {
  const { numbering, gaps, descriptions } = stores;
  const gone: number[] = [];
  const observations = rows.flatMap((row) => {
    if (rowChecksum(row) !== row.checksum) {
      const { lost, unreported } = lossOfDamaged(row, (id) => descriptions.get(id));
      gaps.count(lost);
      gaps.countAgain(unreported);
    } else if (row.gaps !== null) return [];
    gone.push(row.id);
    return rowChecksum(row) === row.checksum ? decodeObservations(row.observations) : [];
  });
  gaps.count(gapsOf(observations, reason));
  const ranges = rangesOf(gone);
  for (const [from, to] of ranges) stores.rows.delete(from, to);
  numbering.acknowledge(ranges.map(([from, to]) => [numbering.sequenceOf(from), numbering.sequenceOf(to)]));
  numbering.save();
}

/**
 * Lets sequences go that have no row: a damaged file was put together again without them. What they held is not known; each
 * counts as one observation. Part of the caller's transaction.
 */
export function discardMissing({ rows, numbering, gaps }: DiscardStores, missing: readonly SequenceRange[]): void {
  for (const [from, to] of missing) {
    const nearMs = rows.receivedMsFrom(numbering.idOf(to)) ?? 0;
    gaps.count([[null, 'damaged', to - from + 1, nearMs, nearMs]]);
  }
  numbering.acknowledge(missing);
  numbering.save();
}

/** A damaged row as it is put aside. */
export function damagedRecord(row: UplinkRow, epoch: string): QuarantineRecord {
  return {
    receivedMs: row.received_ms,
    reason: 'damaged-row',
    detail: `row ${row.id} of epoch ${epoch}: the checksum is wrong`,
    topic: row.topic,
    payload: row.payload,
  };
}
