import type { EpochMs } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type Database from 'better-sqlite3';
import { openConnection } from '../outbox/open-connection.ts';
import { SCHEMA_VERSION } from '../outbox/schema.ts';
import { type ReplayProgress, replayProgressSchema } from './replay-progress.ts';
import type { ReplaySelection } from './replay-selection.ts';

export type ReplayFaultCode = 'other-schema' | 'too-many-requests';

export interface FollowedReplay {
  /** Undefined until the running edge, or the next start, has taken it up. */
  readonly takenMs: EpochMs | undefined;
  readonly isDone: boolean;
  readonly progress: ReplayProgress;
}

const OPEN_REQUESTS_MAX = 16;

/**
 * Writes down in an outbox file that raw forms are to be run again; what comes in later is not part of it. The edge may be
 * running: it takes the request up within seconds if it runs with this configuration, or else at its next start.
 * @returns the number of the request
 */
export function requestReplay(
  file: string,
  selection: ReplaySelection,
  { configuration, nowMs }: { readonly configuration: string; readonly nowMs: EpochMs },
): Result<number, Fault<ReplayFaultCode>> {
  return withConnection(file, (connection) => {
    const openCount = connection.prepare('SELECT count(*) FROM replays WHERE done_ms IS NULL').pluck().get() as number;
    if (openCount >= OPEN_REQUESTS_MAX) {
      return fail('too-many-requests', `${openCount} requests are not done yet: wait for them, or start the edge`);
    }
    const { lastInsertRowid } = connection
      .prepare('INSERT INTO replays (requested_ms, selection, configuration, progress) VALUES (?, ?, ?, ?)')
      .run(nowMs, JSON.stringify(selection), configuration, JSON.stringify(firstProgress(connection, selection)));
    return ok(Number(lastInsertRowid));
  });
}

/** Undefined when it is so long ago that nothing is known of it. */
export function followReplay(file: string, id: number): Result<FollowedReplay | undefined, Fault<ReplayFaultCode>> {
  return withConnection(file, (connection) => {
    const row = connection
      .prepare<[number], { taken_ms: number | null; done_ms: number | null; progress: string }>(
        'SELECT taken_ms, done_ms, progress FROM replays WHERE id = ?',
      )
      .get(id);
    if (row === undefined) return ok(undefined);
    return ok({
      takenMs: row.taken_ms ?? undefined,
      isDone: row.done_ms !== null,
      progress: replayProgressSchema.parse(JSON.parse(row.progress)),
    });
  });
}

/** Everything that is there now, from the oldest on. */
export function firstProgress(connection: Database.Database, { kept }: ReplaySelection): ReplayProgress {
  const range = (table: 'quarantine' | 'uplinks') => {
    const { first, last } = connection.prepare(`SELECT min(id) AS first, max(id) AS last FROM ${table}`).get() as {
      first: number | null;
      last: number | null;
    };
    return { from: first ?? 0, end: last === null ? 0 : last + 1 };
  };
  return {
    quarantine: range('quarantine'),
    kept: kept ? range('uplinks') : { from: 0, end: 0 },
    outcomes: {},
    reasons: {},
  };
}

export function checkSchema(connection: Database.Database): Result<undefined, Fault<'other-schema'>> {
  const version = connection.pragma('user_version', { simple: true }) as number;
  if (version === SCHEMA_VERSION) return ok(undefined);
  return fail(
    'other-schema',
    `the outbox has schema version ${version}, this program knows ${SCHEMA_VERSION}: run the edge of this version first`,
  );
}

function withConnection<T>(
  file: string,
  use: (connection: Database.Database) => Result<T, Fault<ReplayFaultCode>>,
): Result<T, Fault<ReplayFaultCode>> {
  const connection = openConnection(file);
  try {
    const fits = checkSchema(connection);
    return fits.ok ? use(connection) : fits;
  } finally {
    connection.close();
  }
}
