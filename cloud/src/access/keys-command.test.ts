import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../config/load-config.ts';
import { KEY_STORE_FILE, KEYS_MAX, openKeyStore } from './key-store.ts';
import { digestOf, parseKey } from './key-text.ts';
import { createKey, type KeyWish, listKeys, revokeKey } from './keys-command.ts';

const NOW_MS = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;
const WISH: KeyWish = { name: 'traffic office', streams: ['demo/mobility'], rights: ['read'] };
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-keys-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const file = () => join(dataDir, KEY_STORE_FILE);

function workplace() {
  const parsed = parseConfig(`
organisations: [{ name: demo, label: Demo }]
outside: [{ organisation: demo, name: permits, title: Vergunningen }]`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return { config: parsed.value, dataDir, nowMs: NOW_MS };
}

describe('a key', () => {
  test('is shown once; what is kept opens nothing', () => {
    const created = createKey(workplace(), { ...WISH, days: 2, requestsPerMinute: 60 });
    const { key, id, expiresMs } = created.ok ? created.value : expect.fail();
    const { secret } = parseKey(key) ?? expect.fail();
    expect(expiresMs).toBe(NOW_MS + 2 * DAY_MS);
    const store = openKeyStore(file());
    const stored = store.find(id) ?? expect.fail();
    store.close();
    expect(Buffer.from(stored.digest)).toEqual(digestOf(secret));
    expect(readFileSync(file()).includes(secret)).toBe(false);
    const listed = listKeys(workplace());
    expect(listed).toEqual({
      ok: true,
      value: [
        {
          id,
          name: 'traffic office',
          grants: { read: ['demo/mobility'], write: [] },
          requestsPerMinute: 60,
          createdMs: NOW_MS,
          expiresMs,
          revokedMs: null,
        },
      ],
    });
  });

  test('is another one each time', () => {
    const keys = Array.from({ length: 20 }, () => createKey(workplace(), WISH)).map(
      (made) => made.ok && made.value.key,
    );
    expect(new Set(keys).size).toBe(20);
  });

  test('is revoked once, for a process that has the store open as well', () => {
    const created = createKey(workplace(), { ...WISH, rights: ['read', 'write'], streams: ['demo/*', 'demo/permits'] });
    const { id } = created.ok ? created.value : expect.fail();
    const store = openKeyStore(file());
    const version = store.version();
    expect(store.find(id)).toMatchObject({
      revokedMs: null,
      expiresMs: null,
      grants: { write: ['demo/*', 'demo/permits'] },
    });
    expect(revokeKey(workplace(), id)).toMatchObject({ ok: true });
    expect(revokeKey({ ...workplace(), nowMs: NOW_MS + 1 }, id)).toMatchObject({ ok: true });
    expect(store.find(id)?.revokedMs).toBe(NOW_MS);
    expect(store.version()).not.toBe(version);
    store.close();
  });

  test.each<[Partial<KeyWish>, string]>([
    [{ name: ' ' }, '--name'],
    [{ name: 'x'.repeat(101) }, '--name'],
    [{ streams: [] }, '--stream'],
    [{ streams: ['mobility'] }, '--stream: "mobility"'],
    [{ streams: ['demo/mobilty'] }, '--stream: "demo/mobilty"'],
    [{ streams: ['demo/mobility', 'other/mobility'] }, '--stream: "other/mobility"'],
    [{ rights: [] }, '--right'],
    [{ rights: ['read', 'admin'] }, '--right'],
    [{ days: 0 }, '--days'],
    [{ days: Number.NaN }, '--days'],
    [{ requestsPerMinute: 0 }, '--per-minute'],
    [{ requestsPerMinute: 1.5 }, '--per-minute'],
  ])('that is wished for as %j is refused with the option to change', (changes, detail) => {
    const refused = createKey(workplace(), { ...WISH, ...changes });
    expect(refused.ok || refused.fault.detail).toMatch(detail);
  });

  test('that nobody made cannot be revoked', () => {
    expect(revokeKey(workplace(), '0123456789abcdef')).toMatchObject({ ok: false, fault: { code: 'unknown-key' } });
  });
});

describe('the store of keys', () => {
  test('holds a bounded number', () => {
    const store = openKeyStore(file());
    const database = new Database(file());
    database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${KEYS_MAX})
      INSERT INTO reader_key (id, digest, name, grants, created_ms) SELECT i, x'00', '', '{"read":[],"write":[]}', 0 FROM n`);
    database.close();
    store.close();
    expect(createKey(workplace(), WISH)).toMatchObject({ ok: false, fault: { code: 'too-many-keys' } });
  });

  test('says when the next key ends', () => {
    const store = openKeyStore(file());
    const ids = [1, 2]
      .map((days) => createKey(workplace(), { ...WISH, days }))
      .map((made) => (made.ok ? made.value.id : ''));
    expect(store.nextExpiryMs(NOW_MS)).toBe(NOW_MS + DAY_MS);
    expect(store.nextExpiryMs(NOW_MS + DAY_MS)).toBe(NOW_MS + 2 * DAY_MS);
    store.revoke(ids[1] ?? '', NOW_MS);
    expect(store.nextExpiryMs(NOW_MS + DAY_MS)).toBeUndefined();
    store.close();
  });

  test('of a later program is not touched', () => {
    openKeyStore(file()).close();
    const later = new Database(file());
    later.pragma('user_version = 9');
    later.close();
    expect(createKey(workplace(), WISH)).toMatchObject({ ok: false, fault: { code: 'keys-unusable' } });
  });
});
