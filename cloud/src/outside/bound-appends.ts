import { fail } from '@meetbrug/protocols/result';
import type { Writer } from '../log/writer.ts';

/**
 * A writer that takes nothing from outside while the store has no room for more, as edges are then told to keep their data.
 *
 * @param storeFault why there is no room; undefined while there is
 */
export function boundAppends(
  writer: Pick<Writer, 'appendOutside'>,
  storeFault: () => string | undefined,
): Pick<Writer, 'appendOutside'> {
  return {
    appendOutside(append, nowMs) {
      const full = storeFault();
      return full === undefined ? writer.appendOutside(append, nowMs) : Promise.resolve(fail('disk-full', full));
    },
  };
}
