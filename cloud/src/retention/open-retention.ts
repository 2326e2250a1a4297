import {
  ALL_ORGANISATIONS,
  BY_PAGE,
  generationOf,
  generationPeriod,
  type ViewDefinition,
} from '@meetbrug/protocols/ldes';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { Store } from '../log/open-store.ts';
import type { ViewTable } from '../log/views.ts';
import type { StorePolicy } from './plan-cutoff.ts';

interface NamedStream {
  readonly id: number;
  readonly organisation: string;
  readonly name: string;
}

/** What retention asks of the views of a store that is opened, in the caller's transaction. */
export interface ViewsUnderRetention {
  /**
   * To be called when a view was added: it begins behind what has expired, with the next month; a view by arithmetic cannot, since
   * its pages count from the first member.
   */
  begin(stream: NamedStream, definition: ViewDefinition): Result<undefined, Fault<'cannot-begin'>>;
  /** Of a stream: the view that is still served, promises to keep everything, and so stands in the way. */
  obstacle(stream: NamedStream, policy: StorePolicy): string | undefined;
}

export function createViewsUnderRetention(store: Store, views: ViewTable): ViewsUnderRetention {
  const cutoff = store.prepare<{ name: string; id: number; all: number }, { cutoffMs: number | null }>(`
    SELECT max(cutoff_ms) AS cutoffMs FROM stream_cutoff JOIN stream ON stream.id = stream_cutoff.stream
    WHERE stream.id = @id OR (@all = 1 AND stream.name = @name)`);
  const hasMembers = store.prepare<[number], { next_ordinal: number }>('SELECT next_ordinal FROM stream WHERE id = ?');

  return {
    begin({ id, organisation, name }, definition) {
      const all = organisation === ALL_ORGANISATIONS ? 1 : 0;
      const cutoffMs = cutoff.get({ id, name, all })?.cutoffMs ?? undefined;
      if (definition.kind === 'latest' || cutoffMs === undefined || hasMembers.get(id)?.next_ordinal === 0) {
        return ok(undefined);
      }
      if (definition.kind === BY_PAGE) {
        return fail(
          'cannot-begin',
          `view ${definition.name} of ${organisation}/${name} cannot be added: store.retention has taken members of the ` +
            'stream, and its pages would count from the first. Add a view by time, place, property or datastream instead',
        );
      }
      const month = generationPeriod(generationOf(definition, cutoffMs).slice(0, 1));
      if (month === undefined) throw new Error(`${cutoffMs} is in no month`);
      views.setDropped(id, definition.name, month.untilMs);
      return ok(undefined);
    },
    obstacle({ id, organisation, name }, { days, bytes }) {
      const found = views
        .list(id)
        .find(
          ({ definition, retention }) =>
            definition.kind !== 'latest' && (retention?.days === undefined || retention.versions !== undefined),
        );
      if (found === undefined) return undefined;
      const limit = days === undefined ? `bytes (${bytes})` : `days (${days})`;
      return (
        `store.retention: ${limit} undercuts the view ${found.definition.name} of ${organisation}/${name}, which is still ` +
        'served though it is not configured any more, and promises to keep more than days: put it back into ldes.views with ' +
        'retention.days'
      );
    },
  };
}
