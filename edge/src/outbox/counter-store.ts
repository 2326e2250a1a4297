import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { CounterState } from '../derive/counter/mod.ts';

/** Counters as they were when the uplinks that read them were committed. One row a counter, at most 64 readings. */
export class CounterStore {
  readonly #read: Database.Statement<[string], string>;
  readonly #write: Database.Statement<[string, string]>;

  constructor(connection: Database.Database) {
    this.#read = connection.prepare<[string], string>('SELECT state FROM counters WHERE datastream = ?').pluck();
    this.#write = connection.prepare('INSERT OR REPLACE INTO counters VALUES (?, ?)');
  }

  /** Undefined for a counter that was never read. */
  read(datastream: DatastreamKey): CounterState | undefined {
    const state = this.#read.get(datastream);
    return state === undefined ? undefined : (JSON.parse(state) as CounterState);
  }

  /** Part of the caller's transaction. */
  write(datastream: DatastreamKey, state: CounterState): void {
    this.#write.run(datastream, JSON.stringify(state));
  }
}
