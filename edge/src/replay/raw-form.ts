import type { RawMessage } from '@meetbrug/protocols/uplinks';
import type { UplinkRow } from '../outbox/row-checksum.ts';

/** A record of the quarantine as it lies in the file. */
export interface QuarantineRow {
  readonly id: number;
  readonly received_ms: number;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The row of the uplink that the value belongs to; null for what was put aside whole. */
  readonly uplink_id: number | null;
}

/** What is run again together: a record that was put aside whole, or an uplink that was taken with its refused values. */
export interface RawForm {
  readonly message: RawMessage;
  readonly records: readonly QuarantineRow[];
  /** Present where the uplink was taken; without content when its row has gone since. */
  readonly uplink?: { readonly id: number; readonly row: UplinkRow | undefined };
}

export function formOfRecord(record: QuarantineRow): RawForm {
  return { message: messageOf(record), records: [record] };
}

/** @param records not empty: any of them has the raw form of the uplink */
export function formOfRefusedValues(
  id: number,
  records: readonly QuarantineRow[],
  row: UplinkRow | undefined,
): RawForm {
  const [record] = records;
  if (record === undefined) throw new Error('a refused value has a record');
  return { message: messageOf(record), records, uplink: { id, row } };
}

export function formOfRow(row: UplinkRow, records: readonly QuarantineRow[]): RawForm {
  return { message: messageOf(row), records, uplink: { id: row.id, row } };
}

function messageOf({ topic, payload, received_ms }: Pick<UplinkRow, 'topic' | 'payload' | 'received_ms'>): RawMessage {
  return { topic, payload, receivedMs: received_ms };
}
