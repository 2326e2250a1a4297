import type { Store } from './open-store.ts';

/** Something that was refused, with its raw form, so that it can be looked at and replayed. */
export interface QuarantineRecord {
  /** Names the thing: a redelivery of it is not put aside twice. */
  readonly identity: string;
  readonly stampMs: number;
  readonly edge: string;
  readonly reason: string;
  readonly detail: string;
  readonly raw: Uint8Array;
}

export interface Quarantine {
  /** False when it was there already. */
  add(record: QuarantineRecord): boolean;
  /** Records that the bound has pushed out since the start. */
  dropped(): number;
}

const ROW_OVERHEAD_BYTES = 256;

/** @param bytesMax raw bytes kept, each record counting a little more; the oldest make room */
export function createQuarantine(store: Store, bytesMax: number): Quarantine {
  const insert = store.prepare<[string, number, string, string, string, Uint8Array]>(
    'INSERT OR IGNORE INTO quarantine (identity, stamp_ms, edge, reason, detail, raw) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const oldest = store.prepare<[], { id: number; bytes: number }>(
    'SELECT id, length(raw) AS bytes FROM quarantine ORDER BY id LIMIT 1',
  );
  const remove = store.prepare<[number]>('DELETE FROM quarantine WHERE id = ?');
  const held = store
    .prepare<[number], { bytes: number | null }>('SELECT sum(length(raw) + ?) AS bytes FROM quarantine')
    .get(ROW_OVERHEAD_BYTES);
  let bytes = held?.bytes ?? 0;
  let dropped = 0;

  const makeRoom = () => {
    while (bytes > bytesMax) {
      const row = oldest.get();
      if (row === undefined) return;
      remove.run(row.id);
      bytes -= row.bytes + ROW_OVERHEAD_BYTES;
      dropped += 1;
    }
  };
  return {
    add({ identity, stampMs, edge, reason, detail, raw }) {
      if (insert.run(identity, stampMs, edge, reason, detail, raw).changes === 0) return false;
      bytes += raw.length + ROW_OVERHEAD_BYTES;
      makeRoom();
      return true;
    },
    dropped: () => dropped,
  };
}
