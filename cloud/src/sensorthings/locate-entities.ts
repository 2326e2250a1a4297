import type { Entity } from './entity.ts';
import { ObservationEntity } from './observation-entity.ts';
import { readObservationId } from './observation-id.ts';
import type { ObservationReading } from './read-observations.ts';
import { nothingThere, Refused } from './refusal.ts';
import type { PathStep } from './resource-path.ts';

/** What a path leads to, before any query option. Observations stay unread. */
export type Located =
  | { readonly kind: 'entities'; readonly entities: readonly Entity[] }
  | { readonly kind: 'observations'; readonly scope: 'all' | readonly number[] }
  | { readonly kind: 'entity'; readonly entity: Entity };

/** Follows a path step by step; throws {@link Refused} where nothing is there, or not below what stands before it. */
export function locateEntities(steps: readonly PathStep[], reading: ObservationReading): Located {
  const [first, ...others] = steps;
  if (first?.kind !== 'set') throw new Error('a path begins with a set');
  const [second, ...rest] = others;
  if (first.set === 'Observations') {
    return rest.reduce(
      (at, step) => follow(at, step, reading),
      start({ kind: 'observations', scope: reading.directory.readable }, second, reading),
    );
  }
  if (second === undefined) return { kind: 'entities', entities: reading.directory.list(first.set) };
  if (second.kind !== 'id') throw new Error('a set is followed by an id');
  const entity = reading.directory.find(first.set, second.id);
  if (entity === undefined) throw noSuch(second.id);
  return rest.reduce<Located>((at, step) => follow(at, step, reading), { kind: 'entity', entity });
}

function start(at: Located, step: PathStep | undefined, reading: ObservationReading): Located {
  return step === undefined ? at : follow(at, step, reading);
}

function follow(at: Located, step: PathStep, reading: ObservationReading): Located {
  reading.context.budget.spend(1);
  if (step.kind === 'id') return { kind: 'entity', entity: oneOf(at, step.id, reading) };
  if (step.kind === 'set' || at.kind !== 'entity') throw new Error('a relation follows an entity');
  if (step.set === 'Observations') return { kind: 'observations', scope: at.entity.observationScope() };
  const entities = at.entity.related(step.name);
  if (step.many) return { kind: 'entities', entities };
  const [entity] = entities;
  if (entity === undefined) throw new Refused(nothingThere(`there is no ${step.name}`).fault);
  return { kind: 'entity', entity };
}

function oneOf(at: Located, id: string, reading: ObservationReading): Entity {
  if (at.kind === 'entity') throw new Error('an id follows a collection');
  const entity =
    at.kind === 'entities' ? at.entities.find((one) => String(one.id) === id) : observation(at.scope, id, reading);
  if (entity === undefined) throw noSuch(id);
  return entity;
}

function observation(scope: 'all' | readonly number[], id: string, reading: ObservationReading): Entity | undefined {
  const key = readObservationId(id);
  if (key === undefined || (scope !== 'all' && !scope.includes(key.datastream))) return undefined;
  const row = reading.scanner.find(key, reading.context.budget);
  return row && new ObservationEntity(row, reading.directory, reading.publicBaseUrl);
}

function noSuch(id: string): Refused {
  return new Refused(nothingThere(`there is no entity "${id.slice(0, 60)}"`).fault);
}
