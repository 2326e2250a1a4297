import type { SequenceRange } from '@meetbrug/protocols/delivery';
import type { ReadUplinks, StoredUplink } from './group-writer.ts';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';
import type { SequenceNumbering } from './sequence-numbering.ts';
import type { StoredGap } from './stored-gaps.ts';
import { decodeObservations } from './stored-observations.ts';
import type { UplinkRows } from './uplink-rows.ts';

/** What a range holds, and the rows in it that cannot be believed. */
export interface CheckedRows extends Omit<ReadUplinks, 'damaged'> {
  readonly damaged: readonly UplinkRow[];
}

/** Reads rows in rising sequence until the range or about `bytesMax` of text is exhausted; each is held to its checksum. */
export function readUplinks(
  rows: UplinkRows,
  numbering: SequenceNumbering,
  [from, to]: SequenceRange,
  bytesMax: number,
): CheckedRows {
  const uplinks: StoredUplink[] = [];
  const damaged: UplinkRow[] = [];
  const missing: SequenceRange[] = [];
  let bytes = 0;
  let next = from;
  for (const row of rows.between(numbering.idOf(from), numbering.idOf(to))) {
    const sequence = numbering.sequenceOf(row.id);
    if (sequence > next) missing.push([next, sequence - 1]);
    next = sequence + 1;
    if (rowChecksum(row) === row.checksum) uplinks.push(toUplink(row, sequence));
    else damaged.push(row);
    bytes += row.observations.length + (row.gaps?.length ?? 0);
    if (bytes >= bytesMax) break;
  }
  if (bytes < bytesMax && next <= to) missing.push([next, to]);
  return { uplinks, through: bytes < bytesMax ? to : next - 1, damaged, missing };
}

function toUplink({ received_ms, observations, gaps }: UplinkRow, sequence: number): StoredUplink {
  const uplink = { sequence, receivedMs: received_ms, observations: decodeObservations(observations) };
  return gaps === null ? uplink : { ...uplink, gaps: JSON.parse(gaps) as StoredGap[] };
}
