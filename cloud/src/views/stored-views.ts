import { BY_PAGE, type KeyedView, viewDefinitionSchema } from '@meetbrug/protocols/ldes';
import type { Store } from '../log/open-store.ts';

/** A view that needs an index, as the store has it. */
export interface StoredKeyedView {
  readonly streamId: number;
  readonly definition: KeyedView;
  /** The instant before which retention has dropped all months. */
  readonly dropped: number;
}

interface Row {
  stream: number;
  definition: string;
  dropped: number;
}

export function keyedViews(store: Store): StoredKeyedView[] {
  return store
    .prepare<[], Row>('SELECT stream, definition, dropped FROM view ORDER BY stream, name')
    .all()
    .flatMap(({ stream, definition, dropped }) => {
      const parsed = viewDefinitionSchema.parse(JSON.parse(definition));
      return parsed.kind === BY_PAGE || parsed.kind === 'latest'
        ? []
        : [{ streamId: stream, definition: parsed, dropped }];
    });
}

/** Finds what retention has dropped by now. */
export function createDroppedReader(store: Store): (streamId: number, name: string) => number {
  const select = store.prepare<[number, string], { dropped: number }>(
    'SELECT dropped FROM view WHERE stream = ? AND name = ?',
  );
  return (streamId, name) => select.get(streamId, name)?.dropped ?? 0;
}
