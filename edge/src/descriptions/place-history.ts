import type { EpochMs, MeasuringPoint } from '@meetbrug/protocols/observation';
import type { PlaceConfig } from '../config/device-config.ts';

/** A measuring point as it is from a moment on. */
export interface DatedPlace {
  readonly validFromMs: EpochMs;
  readonly place: MeasuringPoint;
}

/** The place as it was before the first dated change. */
export function firstPlace({ history: _, ...place }: PlaceConfig): MeasuringPoint {
  return withoutUndefined(place);
}

/** The dated changes of a place, oldest first: what an entry does not name stays as it was before. */
export function datedPlaces(at: PlaceConfig): DatedPlace[] {
  let place = firstPlace(at);
  return at.history.map(({ validFrom, ...change }) => {
    place = { ...place, ...withoutUndefined(change) };
    return { validFromMs: validFrom, place };
  });
}

/** What of a dated list holds at a moment; undefined before its first entry. */
export function validAt<T extends { readonly validFromMs: EpochMs }>(dated: readonly T[], ms: EpochMs): T | undefined {
  return dated.findLast(({ validFromMs }) => validFromMs <= ms);
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Settings that are not given are absent, not undefined. */
function withoutUndefined<T extends object>(settings: T): Defined<T> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Defined<T>;
}
