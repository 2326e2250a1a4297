import { datastreamKey, splitDatastreamKey } from '@meetbrug/protocols/observation';
import { countProcedure, type Datastream, type DatastreamContent } from '../normalise/datastream.ts';
import type { SmallCountRule } from './count-cell.ts';

/** The datastream that counts of another one are summed into: the same but for its procedure, the window. */
export function windowDatastream(counts: Datastream, { windowSeconds, below }: SmallCountRule): Datastream {
  const plain = countProcedure(windowSeconds);
  const procedure = { ...plain, label: `${plain.label}, aantallen onder ${below} niet getoond` };
  const key = datastreamKey({ ...splitDatastreamKey(counts.key), procedure: procedure.name });
  const content = (of: DatastreamContent): DatastreamContent => ({ ...of, datastream: key, procedure });
  return {
    ...counts,
    key,
    content: content(counts.content),
    history: counts.history.map((dated) => ({ ...dated, content: content(dated.content) })),
  };
}
