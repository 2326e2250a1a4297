import { DELIVERY_VERSION, type Welcome } from '@meetbrug/protocols/delivery';
import type { Store } from './open-store.ts';

export interface EdgeProgress {
  /** Notes the highest sequence of an epoch that an edge has delivered; part of the transaction that commits it. */
  record(edge: string, epoch: string, sequence: number): void;
  /** What to answer a hello. */
  welcome(edge: string): Welcome;
}

export function createEdgeProgress(store: Store): EdgeProgress {
  const upsert = store.prepare<[string, string, number, number]>(`
    INSERT INTO edge_progress (edge, epoch, sequence, highest_sequence) VALUES (?, ?, ?, ?)
    ON CONFLICT (edge) DO UPDATE SET
      sequence = CASE WHEN epoch = excluded.epoch THEN max(sequence, excluded.sequence) ELSE excluded.sequence END,
      epoch = excluded.epoch,
      highest_sequence = max(highest_sequence, excluded.highest_sequence)`);
  const select = store.prepare<[string], { epoch: string; sequence: number; highest_sequence: number }>(
    'SELECT epoch, sequence, highest_sequence FROM edge_progress WHERE edge = ?',
  );
  return {
    record: (edge, epoch, sequence) => void upsert.run(edge, epoch, sequence, sequence),
    welcome(edge) {
      const row = select.get(edge);
      return {
        version: DELIVERY_VERSION,
        last: row === undefined ? null : { epoch: row.epoch, sequence: row.sequence },
        highestSequence: row?.highest_sequence ?? 0,
      };
    },
  };
}
