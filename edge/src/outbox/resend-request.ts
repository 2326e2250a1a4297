import { addRange, countSequences, rangesOf, type SequenceRange } from '@meetbrug/protocols/delivery';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type Database from 'better-sqlite3';
import { openConnection } from './open-connection.ts';
import { SCHEMA_VERSION } from './schema.ts';

export interface ResendRequest {
  readonly id: number;
  /** Kept uplinks that were received in the time asked for; what the cloud never acknowledged of them goes anyway. */
  readonly uplinkCount: number;
  /** When the oldest uplink of the outbox was received. */
  readonly oldestKeptMs: EpochMs;
  /** Uplinks among the ones asked for that are no longer kept. */
  readonly missingCount: number;
}

export interface ResendProgress {
  /** Undefined until the running edge, or the next start, has taken it up. */
  readonly takenMs: EpochMs | undefined;
  readonly pendingCount: number;
}

export type ResendFaultCode = 'other-schema' | 'nothing-kept' | 'too-many-requests' | 'too-scattered';

/** Rows of one read: no read of this process holds up the checkpoints of the running edge for long. */
const CHUNK_ROWS = 10_000;
const OPEN_REQUESTS_MAX = 16;
const RANGES_MAX = 1_000;

interface Selection {
  readonly ranges: readonly SequenceRange[];
  readonly oldestKeptMs: EpochMs | undefined;
}

/**
 * Writes down in an outbox file that the uplinks received from `fromMs` up to before `toMs` are to be sent again. The
 * edge may be running: it takes the request up within seconds, or else at its next start.
 */
export function requestResend(
  file: string,
  { fromMs, toMs, nowMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly nowMs: EpochMs },
): Result<ResendRequest, Fault<ResendFaultCode>> {
  return withConnection(file, (connection) => {
    const openCount = connection
      .prepare<[], number>("SELECT count(*) FROM resends WHERE pending <> '[]'")
      .pluck()
      .get();
    if ((openCount ?? 0) >= OPEN_REQUESTS_MAX) {
      return fail('too-many-requests', `${openCount} requests are not done yet: wait for them`);
    }
    const { ranges, oldestKeptMs } = selectRows(connection, fromMs, toMs);
    const [first, last] = [ranges[0], ranges.at(-1)];
    if (first === undefined || last === undefined || oldestKeptMs === undefined) {
      return fail('nothing-kept', 'the outbox keeps no uplink that was received in that time');
    }
    if (ranges.length > RANGES_MAX) {
      return fail('too-scattered', `the uplinks of that time lie in ${ranges.length} pieces: ask for less at a time`);
    }
    const uplinkCount = countSequences(ranges);
    const { lastInsertRowid } = connection
      .prepare('INSERT INTO resends (requested_ms, pending) VALUES (?, ?)')
      .run(nowMs, JSON.stringify(ranges));
    return ok({
      id: Number(lastInsertRowid),
      uplinkCount,
      oldestKeptMs,
      missingCount: missingCount(connection, [first[0], last[1]]),
    });
  });
}

/** How far a request is; undefined when it is so long ago that nothing is known of it. */
export function resendProgress(file: string, id: number): Result<ResendProgress | undefined, Fault<ResendFaultCode>> {
  return withConnection(file, (connection) => {
    const row = connection
      .prepare<[number], { taken_ms: number | null; pending: string }>(
        'SELECT taken_ms, pending FROM resends WHERE id = ?',
      )
      .get(id);
    if (row === undefined) return ok(undefined);
    const pending = JSON.parse(row.pending) as SequenceRange[];
    return ok({ takenMs: row.taken_ms ?? undefined, pendingCount: countSequences(pending) });
  });
}

function withConnection<T>(
  file: string,
  use: (connection: Database.Database) => Result<T, Fault<ResendFaultCode>>,
): Result<T, Fault<ResendFaultCode>> {
  const connection = openConnection(file);
  try {
    const version = connection.pragma('user_version', { simple: true }) as number;
    if (version === SCHEMA_VERSION) return use(connection);
    return fail(
      'other-schema',
      `the outbox has schema version ${version}, this program knows ${SCHEMA_VERSION}: run the edge of this version first`,
    );
  } finally {
    connection.close();
  }
}

function selectRows(connection: Database.Database, fromMs: EpochMs, toMs: EpochMs): Selection {
  const chunk = connection.prepare<[number, number], { id: number; received_ms: number }>(
    'SELECT id, received_ms FROM uplinks WHERE id > ? ORDER BY id LIMIT ?',
  );
  let ranges: readonly SequenceRange[] = [];
  let oldestKeptMs: EpochMs | undefined;
  let after = 0;
  for (;;) {
    const rows = chunk.all(after, CHUNK_ROWS);
    oldestKeptMs ??= rows[0]?.received_ms;
    const wanted = rows.filter(({ received_ms }) => received_ms >= fromMs && received_ms < toMs);
    ranges = rangesOf(wanted.map(({ id }) => id)).reduce<readonly SequenceRange[]>(addRange, ranges);
    const last = rows.at(-1);
    if (last === undefined) return { ranges, oldestKeptMs };
    after = last.id;
  }
}

function missingCount(connection: Database.Database, [from, to]: SequenceRange): number {
  const kept = connection.prepare<[number, number], number>('SELECT count(*) FROM uplinks WHERE id BETWEEN ? AND ?');
  return to - from + 1 - (kept.pluck().get(from, to) ?? 0);
}
