import { EVERY, type PathStep, type ReadPath } from '@meetbrug/protocols/mapping';
import type { AllowedField, FieldForm } from './allowed-fields.ts';

interface Place {
  form?: FieldForm;
  readonly names: Map<string, Place>;
  entry?: Place;
}

const newPlace = (): Place => ({ names: new Map() });

/**
 * What of an object may stay on disk: the scalars at the paths that a mapping reads, as far as they look like what is read
 * there. Of an array all entries are alike, whichever of them the mapping reads.
 */
export function mappedFields(paths: readonly ReadPath[]): AllowedField {
  const top = newPlace();
  for (const { steps, holds } of paths) {
    const place = steps.reduce(placeBelow, top);
    place.form ??= holds === 'time' ? 'moment' : 'measured';
  }
  return toAllowed(top);
}

function placeBelow(place: Place, step: PathStep): Place {
  if (step === EVERY || typeof step === 'number') {
    place.entry ??= newPlace();
    return place.entry;
  }
  const known = place.names.get(step) ?? newPlace();
  place.names.set(step, known);
  return known;
}

function toAllowed({ form, names, entry }: Place): AllowedField {
  if (names.size > 0) return Object.fromEntries([...names].map(([name, place]) => [name, toAllowed(place)]));
  if (entry !== undefined) return [toAllowed(entry)];
  return form ?? {};
}
