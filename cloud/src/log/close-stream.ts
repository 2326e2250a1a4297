import { existsSync } from 'node:fs';
import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import Database from 'better-sqlite3';
import { SENSORS_STREAM } from './entities.ts';
import { STORE_VERSION } from './schema.ts';

/** How long the cloud's own writer may keep this one waiting. */
const BUSY_TIMEOUT_MS = 30_000;

/**
 * Ends a stream for good: nothing more is taken in for it, and every node of every view becomes final. May run beside the
 * cloud, which sees it with its next commit or within seconds. The detail of a fault names what to change.
 *
 * @param name `organisation/stream`, as in its URL
 * @returns how many members it ends with
 */
export function closeStream(storeFile: string, name: string): Result<{ readonly members: number }, Fault> {
  const [organisation = '', stream = '', ...rest] = name.split('/');
  if (stream === '' || rest.length > 0) return fail('bad-name', `"${name}": write ORGANISATION/STREAM, as in its URL`);
  if (organisation === ALL_ORGANISATIONS || stream === SENSORS_STREAM) {
    const why =
      organisation === ALL_ORGANISATIONS
        ? 'it ends when the streams that enter it do'
        : 'the other streams of the organisation are described there';
    return fail('cannot-close', `${name} cannot be closed by itself: ${why}`);
  }
  if (!existsSync(storeFile)) return fail('no-store', `--data-dir: ${storeFile} is not there`);
  try {
    return closeIn(storeFile, organisation, stream);
  } catch (error) {
    return fail('store-unusable', `--data-dir: ${storeFile} cannot be used: ${(error as Error).message}`);
  }
}

function closeIn(file: string, organisation: string, stream: string): Result<{ readonly members: number }, Fault> {
  const store = new Database(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    store.pragma('synchronous = FULL');
    const version = store.pragma('user_version', { simple: true });
    if (version !== STORE_VERSION) {
      return fail(
        'other-version',
        `--data-dir: ${file} is of another version: start this version of the cloud on it once`,
      );
    }
    const row = store
      .prepare<[string, string], { next_ordinal: number }>(
        'UPDATE stream SET closed = 1 WHERE organisation = ? AND name = ? RETURNING next_ordinal',
      )
      .get(organisation, stream);
    return row === undefined
      ? fail('no-stream', `there is no stream ${organisation}/${stream} in ${file}`)
      : ok({ members: row.next_ordinal });
  } finally {
    store.close();
  }
}
