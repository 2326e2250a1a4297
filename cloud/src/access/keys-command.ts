import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { EVERY_STREAM } from '../config/access-config.ts';
import type { CloudConfig } from '../config/cloud-config.ts';
import { streamNames } from '../config/stream-names.ts';
import { type Grants, RIGHTS, type Right } from './caller.ts';
import { KEY_STORE_FILE, type KeyRecord, type KeyStore, openKeyStore } from './key-store.ts';
import { digestOf, formatKey, KEY_ID_BYTES, KEY_SECRET_BYTES } from './key-text.ts';

/** Where a command works: it may run beside the cloud that it is about. */
export interface KeyWorkplace {
  readonly config: CloudConfig;
  readonly dataDir: string;
  readonly nowMs: number;
}

export interface KeyWish {
  /** Whose key it is, for people. */
  readonly name: string;
  /** `organisation/stream`, or `organisation/*`. */
  readonly streams: readonly string[];
  readonly rights: readonly string[];
  /** Life of the key; undefined: until it is revoked. */
  readonly days?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
}

const NAME_LENGTH_MAX = 100;
const STREAMS_MAX = 1_000;
const DAYS_MAX = 3_650;
const REQUESTS_MAX = 1_000_000;
const DAY_MS = 86_400_000;

/** A new key. It is shown here and kept nowhere; a running cloud takes it at once. The detail of a fault names what to change. */
export function createKey(
  { config, dataDir, nowMs }: KeyWorkplace,
  { name, streams, rights, days, requestsPerMinute }: KeyWish,
): Result<{ readonly key: string; readonly id: string; readonly expiresMs: number | null }, Fault> {
  if (name.trim() === '' || name.length > NAME_LENGTH_MAX) {
    return fail('bad-name', `--name: 1 to ${NAME_LENGTH_MAX} characters that say whose key it is`);
  }
  if (days !== undefined && !(days > 0 && days <= DAYS_MAX)) {
    return fail('bad-days', `--days: more than 0, at most ${DAYS_MAX}`);
  }
  const isQuota = (count: number) => Number.isInteger(count) && count >= 1 && count <= REQUESTS_MAX;
  if (requestsPerMinute !== undefined && !isQuota(requestsPerMinute)) {
    return fail('bad-quota', `--per-minute: a whole number from 1 to ${REQUESTS_MAX}`);
  }
  const grants = grantsOf(config, streams, rights);
  if (!grants.ok) return grants;
  const id = randomBytes(KEY_ID_BYTES).toString('hex');
  const secret = randomBytes(KEY_SECRET_BYTES).toString('base64url');
  const expiresMs = days === undefined ? null : nowMs + days * DAY_MS;
  const record = {
    id,
    digest: digestOf(secret),
    name,
    grants: grants.value,
    requestsPerMinute: requestsPerMinute ?? null,
    createdMs: nowMs,
    expiresMs,
  };
  const added = withStore(dataDir, (store) => store.add(record));
  return added.ok ? ok({ key: formatKey({ id, secret }), id, expiresMs }) : added;
}

export function listKeys({ dataDir }: KeyWorkplace): Result<KeyRecord[], Fault> {
  return withStore(dataDir, (store) => ok(store.list()));
}

/** Takes a key away: the next request with it is refused, and what is being sent to it is cut within a second or two. */
export function revokeKey({ dataDir, nowMs }: KeyWorkplace, id: string): Result<undefined, Fault> {
  return withStore(dataDir, (store) =>
    store.revoke(id, nowMs) ? ok(undefined) : fail('unknown-key', '--id: there is no such key'),
  );
}

function grantsOf(config: CloudConfig, streams: readonly string[], rights: readonly string[]): Result<Grants, Fault> {
  if (streams.length === 0 || streams.length > STREAMS_MAX) {
    return fail('bad-stream', `--stream: 1 to ${STREAMS_MAX}, each as ORGANISATION/STREAM`);
  }
  const whole = config.organisations.map(({ name }) => `${name}/${EVERY_STREAM}`);
  const known = new Set([...whole, ...streamNames(config)]);
  const unknown = streams.find((stream) => !known.has(stream));
  if (unknown !== undefined) {
    const detail = `--stream: "${unknown}" is no stream of the configuration: name ORGANISATION/STREAM, or ORGANISATION/*`;
    return fail('unknown-stream', detail);
  }
  const isRight = (right: string): right is Right => RIGHTS.some((one) => one === right);
  const wrong = rights.find((right) => !isRight(right));
  if (wrong !== undefined || rights.length === 0) return fail('bad-right', `--right: ${RIGHTS.join(' or ')}`);
  const named = [...new Set(streams)];
  return ok({ read: rights.includes('read') ? named : [], write: rights.includes('write') ? named : [] });
}

function withStore<T>(dataDir: string, use: (store: KeyStore) => Result<T, Fault>): Result<T, Fault> {
  let store: KeyStore | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    store = openKeyStore(join(dataDir, KEY_STORE_FILE));
    return use(store);
  } catch (error) {
    return fail('keys-unusable', `--data-dir: ${dataDir}: ${(error as Error).message}`);
  } finally {
    store?.close();
  }
}
