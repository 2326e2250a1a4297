import { crc32 } from 'node:zlib';

export interface UplinkRow {
  readonly id: number;
  readonly received_ms: number;
  readonly observations: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** The text of {@link StoredGap}s in a row that reports gaps. */
  readonly gaps: string | null;
  readonly checksum: number;
}

/** CRC-32 over everything that a row holds: a bit that turns on the card is noticed when the row is read for sending. */
export function rowChecksum(row: Omit<UplinkRow, 'checksum' | 'gaps'> & { readonly gaps?: string | null }): number {
  const head = `${row.id} ${row.received_ms} ${row.topic}\n${row.observations}${row.gaps ?? ''}`;
  return crc32(row.payload, crc32(head));
}
