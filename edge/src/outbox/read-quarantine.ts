import { type EpochMs, formatInstant } from '@meetbrug/protocols/observation';
import Database from 'better-sqlite3';
import { recogniseKept } from '../decode/recognise-kept.ts';

/** Which records are listed; what is not said lists all. */
export interface QuarantineFilter {
  readonly reason?: string;
  readonly device?: string;
  /** Received from this moment on, and before that one. */
  readonly fromMs?: EpochMs;
  readonly toMs?: EpochMs;
}

/** A record of the quarantine, as it is listed. */
export interface ListedRecord {
  readonly receivedMs: EpochMs;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly raw: Uint8Array;
  /** As far as the kept raw form still tells. */
  readonly device: string | undefined;
}

interface Row {
  readonly received_ms: number;
  readonly reason: string;
  readonly detail: string;
  readonly topic: string;
  readonly payload: Buffer;
}

/** The records of an outbox file, oldest first, one at a time; the edge may be running. */
export function* readQuarantine(file: string, filter: QuarantineFilter = {}): Generator<ListedRecord> {
  const connection = new Database(file, { readonly: true });
  try {
    const { reason = null, fromMs = null, toMs = null } = filter;
    const rows = connection
      .prepare<(string | number | null)[], Row>(
        `SELECT received_ms, reason, detail, topic, payload FROM quarantine
         WHERE reason = ifnull(?, reason) AND received_ms >= ifnull(?, received_ms) AND received_ms < ifnull(?, received_ms + 1)
         ORDER BY id`,
      )
      .iterate(reason, fromMs, toMs);
    for (const row of rows) {
      const device = deviceOf(row);
      if (filter.device !== undefined && device !== filter.device) continue;
      const { received_ms, reason: why, detail, topic, payload } = row;
      yield { receivedMs: received_ms, reason: why, detail, topic, raw: payload, device };
    }
  } finally {
    connection.close();
  }
}

function deviceOf({ topic, payload, received_ms }: Row): string | undefined {
  if (payload.byteLength === 0) return undefined;
  const { event } = recogniseKept({ topic, payload, receivedMs: received_ms }, payload.byteLength);
  return event.ok && event.value.kind !== 'other' ? event.value.device : undefined;
}

/** Records as JSON lines; raw bytes are in base64. */
export function* quarantineJsonLines(records: Iterable<ListedRecord>): Generator<string> {
  for (const { receivedMs, reason, detail, topic, raw, device } of records) {
    const time = formatInstant(receivedMs);
    yield JSON.stringify({ time, reason, device, detail, topic, raw: Buffer.from(raw).toString('base64') });
  }
}

const NO_DEVICE = '-';

/** Records as lines for people, and behind them how many there are for each reason. */
export function* quarantineTextLines(records: Iterable<ListedRecord>): Generator<string> {
  const counts = new Map<string, number>();
  for (const { receivedMs, reason, device, detail } of records) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    yield `${formatInstant(receivedMs)}  ${reason}  ${device ?? NO_DEVICE}  ${detail}`;
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  yield total === 1 ? '1 record' : `${total} records`;
  for (const [reason, count] of [...counts].sort((a, b) => b[1] - a[1]))
    yield `${String(count).padStart(8)}  ${reason}`;
}
