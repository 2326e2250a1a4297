/** What one description says of where its measuring point is. */
export interface Place {
  /** Of the description: it rises with every new one. */
  readonly id: number;
  /** The key of the datastream. */
  readonly saidBy: string;
  readonly validFromMs: number;
  readonly label: string;
  readonly longitude: number;
  readonly latitude: number;
}

/** From when a measuring point was somewhere. */
export interface Stay {
  /** The first description that said so: another number never takes its place while the moment and the place stay. */
  readonly id: number;
  readonly fromMs: number;
  /** The first description of the same measuring point with this place, whenever. */
  readonly locationId: number;
  /** The newest words about it. */
  readonly place: Place;
}

/**
 * Where a measuring point was, oldest first: a stay for each change of place. Of descriptions that hold from the same
 * moment the one of the datastream whose key sorts last is right, as in the stream of sensors.
 */
export function placeHistory(places: readonly Place[]): Stay[] {
  const ordered = places.toSorted(
    (a, b) => a.validFromMs - b.validFromMs || compareText(a.saidBy, b.saidBy) || a.id - b.id,
  );
  const stays: Stay[] = [];
  ordered.forEach((place, index) => {
    const isLastOfMoment = ordered[index + 1]?.validFromMs !== place.validFromMs;
    if (!isLastOfMoment) return;
    const current = stays.at(-1);
    if (current !== undefined && isSamePlace(current.place, place)) {
      stays[stays.length - 1] = { ...current, place };
      return;
    }
    const { validFromMs: fromMs } = place;
    const same = ordered.filter((one) => isSamePlace(one, place));
    const first = same.filter(({ validFromMs }) => validFromMs === fromMs);
    stays.push({ id: leastId(first), fromMs, locationId: leastId(same), place });
  });
  return stays;
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.longitude === b.longitude && a.latitude === b.latitude;
}

function leastId(places: readonly Place[]): number {
  return Math.min(...places.map(({ id }) => id));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
