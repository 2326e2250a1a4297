import { SENSORS_STREAM } from '@meetbrug/cloud/src/log/entities.ts';
import type { Store } from '@meetbrug/cloud/src/log/open-store.ts';
import { fromStoredValue, type StoredValue } from '@meetbrug/cloud/src/log/stored-value.ts';
import type { OpenedLog } from '@meetbrug/cloud/src/log/writer-session.ts';
import { formatObservedValue } from '@meetbrug/protocols/observation';
import { observationName } from './ledger.ts';

/** A member of a stream as it was published. */
export interface PublishedVersion {
  readonly observation: string;
  readonly key: string;
  readonly beginMs: number;
  readonly endMs: number | null;
  readonly value: string;
  readonly revision: number;
  readonly stampMs: number;
}

interface LogRow extends StoredValue {
  readonly stream: number;
  readonly ordinal: number;
  readonly stamp_ms: number;
  readonly key: string;
  readonly begin_ms: number;
  readonly end_ms: number | null;
  readonly revision: number;
}

type EntityRow = Pick<LogRow, 'stream' | 'ordinal' | 'stamp_ms'>;

const OBSERVATION_ROWS = `
  SELECT log.*, datastream.key FROM log JOIN datastream ON datastream.id = log.datastream
  WHERE log.stream = ? AND log.ordinal >= ? ORDER BY log.ordinal`;
const ENTITY_ROWS = 'SELECT * FROM entity_log WHERE stream = ? AND ordinal >= ? ORDER BY ordinal';

/**
 * What the cloud's log has said so far, taken down after each commit, before anybody is told of it. Throws at the first
 * row that breaks a promise: a hole in the ordinals, a stamp that falls, a version that does not rise or says nothing new,
 * a published row that has changed or gone.
 */
export class PublishedLog {
  readonly #rows = new Map<number, string[]>();
  readonly #versions = new Map<string, PublishedVersion[]>();
  #lastStampMs = 0;

  /** Versions of each observation, oldest first. */
  get versions(): ReadonlyMap<string, readonly PublishedVersion[]> {
    return this.#versions;
  }

  get lastStampMs(): number {
    return this.#lastStampMs;
  }

  /** Takes down what the last commit added. */
  note({ store, streams }: OpenedLog): void {
    const commitStampMs = this.#lastStampMs;
    for (const { id, name, memberCount } of streams.heads()) {
      const rows = this.#rows.get(id) ?? [];
      if (rows.length === memberCount) continue;
      this.#rows.set(id, rows);
      for (const row of membersFrom(store, name, id, rows.length)) {
        if (row.ordinal !== rows.length) throw new Error(`${name}: ordinal ${row.ordinal} after ${rows.length - 1}`);
        if (row.stamp_ms < commitStampMs) throw new Error(`${name}: stamp ${row.stamp_ms} after ${commitStampMs}`);
        rows.push(JSON.stringify(row));
        this.#lastStampMs = Math.max(this.#lastStampMs, row.stamp_ms);
        if ('key' in row) this.#add(toVersion(row));
      }
      if (memberCount !== rows.length) throw new Error(`${name}: ${memberCount} members, ${rows.length} rows`);
    }
  }

  #add(version: PublishedVersion): void {
    const earlier = this.#versions.get(version.observation) ?? [];
    const last = earlier.at(-1);
    if (last !== undefined && version.revision <= last.revision) {
      throw new Error(`${version.observation}: revision ${version.revision} published after ${last.revision}`);
    }
    if (last !== undefined && version.value === last.value && version.endMs === last.endMs) {
      throw new Error(`${version.observation}: revisions ${last.revision} and ${version.revision} say the same`);
    }
    this.#versions.set(version.observation, [...earlier, version]);
  }

  /** Compares every published row with what it was. */
  verify({ store, streams }: OpenedLog): void {
    for (const { id, name } of streams.heads()) {
      const stored = membersFrom(store, name, id, 0);
      (this.#rows.get(id) ?? []).forEach((row, ordinal) => {
        if (JSON.stringify(stored[ordinal]) !== row) throw new Error(`${name}: member ${ordinal} changed or is gone`);
      });
    }
  }
}

/** The members of a stream from an ordinal on, observations or what describes their sensors. */
function membersFrom(store: Store, name: string, stream: number, ordinal: number): readonly (LogRow | EntityRow)[] {
  const rows = name === SENSORS_STREAM ? ENTITY_ROWS : OBSERVATION_ROWS;
  return store.prepare<[number, number], LogRow | EntityRow>(rows).all(stream, ordinal);
}

function toVersion(row: LogRow): PublishedVersion {
  return {
    observation: observationName({ key: row.key, beginMs: row.begin_ms }),
    key: row.key,
    beginMs: row.begin_ms,
    endMs: row.end_ms,
    value: formatObservedValue(fromStoredValue(row)),
    revision: row.revision,
    stampMs: row.stamp_ms,
  };
}
