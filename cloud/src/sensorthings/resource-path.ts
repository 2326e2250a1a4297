import { ok } from '@meetbrug/protocols/result';
import { LIMITS } from './limits.ts';
import { isSetName, propertyTypeOf, relationOf, type SetName } from './model.ts';
import { type Answered, nothingThere } from './refusal.ts';

/** One step along a path: a whole set, a relation, or the entity with an id out of what stands before it. */
export type PathStep =
  | { readonly kind: 'set'; readonly set: SetName }
  | { readonly kind: 'relation'; readonly name: string; readonly set: SetName; readonly many: boolean }
  | { readonly kind: 'id'; readonly id: string };

/** What a path below the root of the API names (18-088 section 9.2). */
export type ResourcePath =
  | { readonly kind: 'root' }
  | { readonly kind: 'collection'; readonly set: SetName; readonly steps: readonly PathStep[]; readonly links: boolean }
  | { readonly kind: 'entity'; readonly set: SetName; readonly steps: readonly PathStep[]; readonly links: boolean }
  | {
      readonly kind: 'property';
      readonly set: SetName;
      readonly steps: readonly PathStep[];
      readonly name: string;
      /** Into the JSON of the property. */
      readonly path: readonly string[];
      /** `/$value`: the bare value. */
      readonly bare: boolean;
    };

const SEGMENT = /^([A-Za-z]+)(?:\((?:(\d{1,30})|'((?:[^']|'')*)')\))?$/;

/** @param path decoded, without the root of the API */
export function readResourcePath(path: string): Answered<ResourcePath> {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length > LIMITS.pathSegments) return nothingThere(`a path has at most ${LIMITS.pathSegments} segments`);
  if (segments.length === 0) return ok({ kind: 'root' });
  const links = segments.at(-1) === '$ref';
  if (links) segments.pop();
  const steps: PathStep[] = [];
  let set: SetName | undefined;
  let isMany = true;
  for (const [index, segment] of segments.entries()) {
    const [, name = '', number, text] = SEGMENT.exec(segment) ?? [];
    const id = number ?? text?.replaceAll("''", "'");
    if (set !== undefined && !isMany && id === undefined && propertyTypeOf(set, segment) !== undefined) {
      return links ? none(segment) : readProperty(set, steps, segments.slice(index));
    }
    const step: NamedStep | undefined = set === undefined ? firstStep(name) : isMany ? undefined : nextStep(set, name);
    if (step === undefined || (id !== undefined && step.kind === 'relation' && !step.many)) return none(segment);
    steps.push(step);
    if (id !== undefined) steps.push({ kind: 'id', id });
    set = step.set;
    isMany = id === undefined && (step.kind === 'set' || step.many);
  }
  return set === undefined ? none(path) : ok({ kind: isMany ? 'collection' : 'entity', set, steps, links });
}

type NamedStep = Exclude<PathStep, { kind: 'id' }>;

function firstStep(name: string): NamedStep | undefined {
  return isSetName(name) ? { kind: 'set', set: name } : undefined;
}

function nextStep(set: SetName, name: string): NamedStep | undefined {
  const relation = relationOf(set, name);
  return relation && { kind: 'relation', name, ...relation };
}

function readProperty(set: SetName, steps: readonly PathStep[], segments: readonly string[]): Answered<ResourcePath> {
  const [name = '', ...path] = segments;
  const bare = path.at(-1) === '$value';
  if (bare) path.pop();
  const type = propertyTypeOf(set, name);
  if (path.length > 0 && type !== 'json' && type !== 'geojson') return none(segments.join('/'));
  return ok({ kind: 'property', set, steps, name, path, bare });
}

function none(what: string) {
  return nothingThere(`there is no "${what.slice(0, 100)}"`);
}
