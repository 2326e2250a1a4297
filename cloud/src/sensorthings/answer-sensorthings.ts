import type { Store } from '../log/open-store.ts';
import { BudgetExhausted, createBudget } from './budget.ts';
import { CONFORMANCE } from './conformance.ts';
import type { Entity } from './entity.ts';
import { createEntityDirectories } from './entity-directory.ts';
import { LIMITS } from './limits.ts';
import { SENSORTHINGS_ROOT, selfLink } from './links.ts';
import { type Located, locateEntities } from './locate-entities.ts';
import { SET_NAMES } from './model.ts';
import { END_MS } from './plan-observations.ts';
import type { QueryOptions, RawOption } from './query-options.ts';
import { entitiesOf, type ObservationReading, readObservations } from './read-observations.ts';
import { readOptions } from './read-options.ts';
import { pageOf } from './read-page.ts';
import { badRequest, nothingThere, orRefuse, type Refusal, Refused } from './refusal.ts';
import { renderEntity, renderPage, setLinks } from './render-entities.ts';
import { type ResourcePath, readResourcePath } from './resource-path.ts';
import { createObservationScanner } from './scan-observations.ts';
import { formatTime, TimeValue, writeJson } from './values.ts';

export interface SensorThingsRequest {
  /** Path and query below the root of the API, as they came. */
  readonly target: string;
  readonly nowMs: number;
}

export type SensorThingsAnswer =
  | { readonly kind: 'json' | 'text'; readonly body: string }
  /** A property without a value. */
  | { readonly kind: 'empty' }
  | ({ readonly kind: 'refused' } & Refusal);

/**
 * Answers requests of the SensorThings API 1.1 from a store, without the streams that are named closed
 * (`organisation/stream`).
 * @param elapsedMs a clock that only rises, for the time that a request may take
 */
export function createSensorThings(
  store: Store,
  publicBaseUrl: string,
  elapsedMs: () => number,
): (request: SensorThingsRequest, closed: readonly string[]) => SensorThingsAnswer {
  const directories = createEntityDirectories(store, publicBaseUrl);
  const scanner = createObservationScanner(store);

  return ({ target, nowMs }, closed) => {
    const directory = directories(closed);
    const budget = createBudget(elapsedMs);
    const reading: ObservationReading = {
      scanner,
      directory,
      publicBaseUrl,
      context: {
        nowMs,
        budget,
        observations: (datastreams) =>
          entitiesOf(
            scanner.scan({ datastreams, fromMs: 0, toMs: END_MS, descending: true, after: undefined }, budget),
            { directory, publicBaseUrl },
          ),
      },
    };
    try {
      return answer(target, reading);
    } catch (error) {
      if (error instanceof Refused) return { kind: 'refused', ...error.refusal };
      if (!(error instanceof BudgetExhausted)) throw error;
      const detail = `${error.message}: ask for less, or narrow it with $filter`;
      return { kind: 'refused', code: 'too-costly', detail };
    }
  };
}

function answer(target: string, reading: ObservationReading): SensorThingsAnswer {
  if (target.length > LIMITS.targetLength) {
    throw new Refused(badRequest(`a request has at most ${LIMITS.targetLength} characters`).fault);
  }
  const at = target.indexOf('?');
  const path = decode(at === -1 ? target : target.slice(0, at));
  const raw: readonly RawOption[] = [...new URLSearchParams(at === -1 ? '' : target.slice(at + 1))];
  const resource = orRefuse(readResourcePath(path));
  switch (resource.kind) {
    case 'root':
      refuseOptions(raw);
      return json(writeJson(rootDocument(reading.publicBaseUrl)));
    case 'collection':
      return collection(resource, path, orRefuse(readOptions(resource.set, raw)), reading);
    case 'entity':
      return oneEntity(resource, orRefuse(readOptions(resource.set, raw)), reading);
    case 'property':
      refuseOptions(raw);
      return property(resource, entityAt(resource, reading));
  }
}

function collection(
  { steps, links }: Extract<ResourcePath, { kind: 'collection' }>,
  path: string,
  options: QueryOptions,
  reading: ObservationReading,
): SensorThingsAnswer {
  const located = locateEntities(steps, reading);
  const page = orRefuse(
    located.kind === 'observations'
      ? readObservations(located.scope, options, reading, !options.count)
      : pageOf(entitiesIn(located), options, reading.context),
  );
  const address = `${reading.publicBaseUrl}${SENSORTHINGS_ROOT}${path}`;
  return json(renderPage(address, page, options, reading, links));
}

/** A single entity takes only what shapes it (18-088 table 18). */
const OF_ONE: readonly string[] = ['$select', '$expand'];

function oneEntity(
  resource: Extract<ResourcePath, { kind: 'entity' }>,
  options: QueryOptions,
  reading: ObservationReading,
): SensorThingsAnswer {
  refuseOptions(options.raw.filter(([name]) => !OF_ONE.includes(name)));
  const entity = entityAt(resource, reading);
  if (resource.links) return json(writeJson({ '@iot.selfLink': selfLink(reading.publicBaseUrl, entity) }));
  return json(renderEntity(entity, options, reading));
}

function entityAt({ steps }: Exclude<ResourcePath, { kind: 'root' }>, reading: ObservationReading): Entity {
  const located = locateEntities(steps, reading);
  if (located.kind !== 'entity') throw new Error('the path names no single entity');
  return located.entity;
}

function entitiesIn(located: Located): readonly Entity[] {
  if (located.kind !== 'entities') throw new Error('the path names no collection');
  return located.entities;
}

/** `/name` is an object with the property; `/name/$value` the bare value, JSON only where it has parts. */
function property(
  { name, path, bare }: Extract<ResourcePath, { kind: 'property' }>,
  entity: Entity,
): SensorThingsAnswer {
  let value: unknown = entity.property(name);
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      throw new Refused(nothingThere(`there is no "${step.slice(0, 60)}"`).fault);
    }
    value = (value as Record<string, unknown>)[step];
  }
  if (value === null || value === undefined) return { kind: 'empty' };
  if (!bare) return json(writeJson({ [path.at(-1) ?? name]: value }));
  if (value instanceof TimeValue) return { kind: 'text', body: formatTime(value) };
  return typeof value === 'string' ? { kind: 'text', body: value } : bareJson(writeJson(value));
}

function bareJson(text: string): SensorThingsAnswer {
  return /^[{[]/.test(text) ? json(text) : { kind: 'text', body: text };
}

function rootDocument(publicBaseUrl: string) {
  return {
    value: setLinks(publicBaseUrl, SENSORTHINGS_ROOT, SET_NAMES),
    serverSettings: { conformance: CONFORMANCE },
  };
}

function refuseOptions([first]: readonly RawOption[]): void {
  if (first === undefined) return;
  throw new Refused(badRequest(`"${first[0].slice(0, 60)}" is no option of this resource`).fault);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refused(badRequest('the path is not percent-encoded as it should be').fault);
  }
}

function json(body: string): SensorThingsAnswer {
  return { kind: 'json', body };
}
