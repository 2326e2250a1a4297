import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { openSideStore } from '../log/open-side-store.ts';
import type { Grants } from './caller.ts';
import { KEY_SCHEMA, KEY_STORE_VERSION } from './key-schema.ts';

export const KEY_STORE_FILE = 'keys.sqlite';

/** A key without what would open anything. */
export interface KeyRecord {
  readonly id: string;
  /** Whose it is, for people. */
  readonly name: string;
  readonly grants: Grants;
  readonly requestsPerMinute: number | null;
  readonly createdMs: number;
  readonly expiresMs: number | null;
  readonly revokedMs: number | null;
}

export interface StoredKey extends KeyRecord {
  /** SHA-256 of the secret. */
  readonly digest: Uint8Array;
}

/**
 * Keys of readers and writers, in a file of its own: the command line may write here while the cloud runs, and what it
 * writes holds for the next request. A change has reached the disk when its method returns.
 */
export interface KeyStore {
  add(key: Omit<StoredKey, 'revokedMs'>): Result<undefined, Fault<'too-many-keys'>>;
  find(id: string): StoredKey | undefined;
  /** False when there is no such key. One that is revoked already keeps its moment. */
  revoke(id: string, nowMs: number): boolean;
  list(): KeyRecord[];
  /** Other than before only when another process has changed something. */
  version(): unknown;
  /** The first end of a key after an instant; undefined when none ends. */
  nextExpiryMs(afterMs: number): number | undefined;
  close(): void;
}

export const KEYS_MAX = 10_000;

const grantsSchema = z.strictObject({ read: z.array(z.string()), write: z.array(z.string()) });

/** Throws when the file cannot be used or is of a later program. */
export function openKeyStore(file: string): KeyStore {
  return storeOn(openSideStore(file, { sql: KEY_SCHEMA, version: KEY_STORE_VERSION }));
}

type Row = Omit<StoredKey, 'grants'> & { readonly grants: string };

const FIELDS = `id, digest, name, grants, requests_per_minute AS requestsPerMinute, created_ms AS createdMs,
  expires_ms AS expiresMs, revoked_ms AS revokedMs FROM reader_key`;

function storeOn(database: Database.Database): KeyStore {
  const select = database.prepare<[string], Row>(`SELECT ${FIELDS} WHERE id = ?`);
  const selectAll = database.prepare<[], Row>(`SELECT ${FIELDS} ORDER BY created_ms, id`);
  const count = database.prepare<[], { count: number }>('SELECT count(*) AS count FROM reader_key');
  const insert = database.prepare(
    `INSERT INTO reader_key (id, digest, name, grants, requests_per_minute, created_ms, expires_ms)
      VALUES (@id, @digest, @name, @grants, @requestsPerMinute, @createdMs, @expiresMs)`,
  );
  const revoke = database.prepare('UPDATE reader_key SET revoked_ms = coalesce(revoked_ms, ?) WHERE id = ?');
  const version = database.prepare('PRAGMA data_version').pluck();
  const nextExpiry = database.prepare<[number], { expiresMs: number | null }>(
    'SELECT min(expires_ms) AS expiresMs FROM reader_key WHERE expires_ms > ? AND revoked_ms IS NULL',
  );
  const toKey = (row: Row): StoredKey => ({ ...row, grants: grantsSchema.parse(JSON.parse(row.grants)) });
  const add = database.transaction(({ grants, ...key }: Omit<StoredKey, 'revokedMs'>) => {
    if ((count.get()?.count ?? 0) >= KEYS_MAX) return fail('too-many-keys', `there are ${KEYS_MAX} keys already`);
    insert.run({ ...key, grants: JSON.stringify(grants) });
    return ok(undefined);
  });
  return {
    add: (key) => add.immediate(key),
    find(id) {
      const row = select.get(id);
      return row && toKey(row);
    },
    revoke: (id, nowMs) => revoke.run(nowMs, id).changes === 1,
    list: () =>
      selectAll.all().map((row) => {
        const { digest: _, ...record } = toKey(row);
        return record;
      }),
    version: () => version.get(),
    nextExpiryMs: (afterMs) => nextExpiry.get(afterMs)?.expiresMs ?? undefined,
    close: () => database.close(),
  };
}
