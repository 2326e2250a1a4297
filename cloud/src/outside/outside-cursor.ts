import type { Store } from '../log/open-store.ts';
import type { OutsideCursor } from './outside-append.ts';

/** What was committed last under a name; undefined when nothing was. */
export function readOutsideCursor(store: Store, name: string): string | undefined {
  return store.prepare<[string], { state: string }>('SELECT state FROM outside_cursor WHERE name = ?').get(name)?.state;
}

/** Writes a cursor in the caller's transaction. */
export function createCursorWriter(store: Store): (cursor: OutsideCursor) => void {
  const upsert = store.prepare<[string, string]>(`
    INSERT INTO outside_cursor (name, state) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET state = excluded.state`);
  return ({ name, state }) => void upsert.run(name, state);
}
